package dev.flipside.tools.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.remote.RemoteCampaign;
import dev.flipside.tools.remote.RemoteService;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The service and an agent beside it, on this machine alone, with all state in one folder: {@code
 * service}, {@code agent}, {@code service.log} and the folders of images that were named so far.
 */
public final class Studio implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final long LOOK_EVERY_MS = 100;
  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final FileChannel lock;
  private final PrintWriter log;
  private @Nullable SupervisedProcess service;
  private @Nullable SupervisedProcess agent;
  private @Nullable URI address;

  private Studio(Path folder, FileChannel lock, PrintWriter log) {
    this.folder = folder.toAbsolutePath().normalize();
    this.lock = lock;
    this.log = log;
  }

  /**
   * Opens the folder of a studio; creates it at the first start.
   *
   * @param log receives a line for what happens; borrowed
   * @throws FlipsideException if another studio uses the folder, or it cannot be written
   */
  public static Studio open(Path folder, PrintWriter log) {
    Path file = Folders.create(folder).resolve("studio.lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = channel.tryLock();
      if (held == null) {
        channel.close();
        throw new FlipsideException(
            folder
                + ": another studio runs with this folder; stop it, or name another with --data");
      }
      return new Studio(folder, channel, log);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot be used (" + e + ")", e);
    }
  }

  /** Returns the folder for the images of the demo. */
  public Path demo() {
    return folder.resolve("demo");
  }

  /**
   * Starts the service and the agent.
   *
   * @param port port of the service
   * @param images folder of images that campaigns may be about, in addition to those named before
   * @param agentOptions options of {@code flipside agent}
   * @throws FlipsideException if the port is in use or the service does not start
   */
  public void start(int port, Path images, List<String> agentOptions)
      throws IOException, InterruptedException {
    ServiceLaunch launch =
        new ServiceLaunch(HOST, port, remember(images), folder.resolve("service"));
    endOrphans();
    launch.requireFree();
    Path output = folder.resolve("service.log");
    // Each process of the service would otherwise keep what a model took after its job has ended.
    Map<String, String> environment = Map.of("MALLOC_ARENA_MAX", "2");
    SupervisedProcess started =
        SupervisedProcess.start("service", launch.commandLine(log), environment, output, log);
    service = started;
    URI url = URI.create("http://" + HOST + ":" + port);
    address = url;
    awaitReady(started, new RemoteService(url, null), output);
    AgentLaunch agentLaunch = new AgentLaunch(url, folder.resolve("agent"), agentOptions);
    agent =
        SupervisedProcess.start(
            "agent", agentLaunch.commandLine(), agentLaunch.environment(), null, log);
  }

  /** Ends a service and an agent on this folder that outlived a studio that was killed. */
  private void endOrphans() throws InterruptedException {
    Set<String> marks =
        Set.of(
            "-Dflipside.data-dir=" + folder.resolve("service"), folder.resolve("agent").toString());
    List<ProcessHandle> orphans =
        ProcessHandle.allProcesses()
            .filter(
                each ->
                    Arrays.stream(each.info().arguments().orElse(new String[0]))
                        .anyMatch(marks::contains))
            .toList();
    for (ProcessHandle each : orphans) {
      each.destroy();
    }
    for (ProcessHandle each : orphans) {
      try {
        each.onExit().get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new FlipsideException(
            "process " + each.pid() + " of an earlier studio does not end; end it first", e);
      }
    }
  }

  /** Adds a folder to those that were named before, and returns all that exist. */
  private List<Path> remember(Path images) throws IOException {
    Path file = folder.resolve("images.txt");
    Set<String> all = new LinkedHashSet<>();
    if (Files.exists(file)) {
      all.addAll(Files.readAllLines(file));
    }
    all.add(images.toRealPath().toString());
    AtomicFile.write(file, String.join("\n", all) + "\n");
    List<Path> roots = new ArrayList<>();
    for (String each : all) {
      if (Files.isDirectory(Path.of(each))) {
        roots.add(Path.of(each));
      }
    }
    return roots;
  }

  private static void awaitReady(SupervisedProcess process, RemoteService service, Path output)
      throws InterruptedException {
    Instant end = Instant.now().plus(LONGEST_START);
    while (!service.ready()) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        throw new FlipsideException(
            "the service does not start; the reason is at the end of " + output);
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  /**
   * Returns the open campaign on a folder of images; creates it if there is none.
   *
   * @param name name of a new campaign
   * @param classes classes of a new campaign, null if there must be one already
   * @param grid rows and columns of regions of a new campaign
   * @throws FlipsideException if there is no campaign and no classes are given
   */
  public RemoteCampaign campaign(String name, Path images, @Nullable ClassMap classes, String grid)
      throws IOException {
    RemoteService remote = new RemoteService(address(), null);
    String pool = images.toRealPath().toString();
    Optional<RemoteCampaign> known =
        remote.campaigns().stream()
            .filter(each -> each.closed() == null && each.pool().equals(pool))
            .reduce((a, b) -> b);
    if (known.isPresent()) {
      return known.get();
    }
    if (classes == null) {
      throw new FlipsideException(
          images
              + ": there is no campaign on these images yet; name the classes with --classes, for"
              + " example --classes road,car,sky");
    }
    try {
      return remote.create(
          Map.of(
              "name",
              name,
              "pool",
              pool,
              "grid",
              grid,
              "classes",
              JSON.readTree(ClassMaps.toJson(classes))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a class map is always JSON", e);
    }
  }

  /** Returns whether any campaign was made so far. */
  public boolean hasCampaigns() {
    return !new RemoteService(address(), null).campaigns().isEmpty();
  }

  /**
   * Returns the URL of the service.
   *
   * @throws IllegalStateException if it was not started
   */
  public URI address() {
    if (address == null) {
      throw new IllegalStateException("the studio was not started");
    }
    return address;
  }

  /** Waits until the service is given up or closed. */
  public void join() throws InterruptedException {
    if (service != null) {
      service.join();
    }
  }

  /** Ends agent and service. Idempotent. */
  @Override
  public void close() throws IOException {
    if (agent != null) {
      agent.close();
    }
    if (service != null) {
      service.close();
    }
    lock.close();
  }
}
