package dev.flipside.tools.process;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The service and an agent beside it, on this machine alone, with all state in one folder: {@code
 * service}, {@code agent}, {@code service.log}, the port, the numbers of both processes and the
 * folders of images that were named so far.
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
  private boolean closed;

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
   * Starts the service and the agent, after those of a studio that was killed have ended.
   *
   * @param wanted port of the service, or null for that of the last start or a free one
   * @param images folder of images that campaigns may be about, in addition to those named before;
   *     null for no other than these and the demo
   * @param agentOptions options of {@code flipside agent}
   * @throws FlipsideException if the port is in use or the service does not start
   * @throws InterruptedException if the studio is closed meanwhile
   */
  public void start(@Nullable Integer wanted, @Nullable Path images, List<String> agentOptions)
      throws IOException, InterruptedException {
    recordOf("agent").end();
    recordOf("service").end();
    PersistentPort kept = new PersistentPort(folder.resolve("port.txt"));
    int port = wanted == null ? kept.choose() : wanted;
    Path pool = images == null ? Folders.create(demo().resolve("train")) : images;
    ServiceLaunch launch = new ServiceLaunch(HOST, port, remember(pool), folder.resolve("service"));
    launch.requireFree();
    kept.keep(port);
    Path output = folder.resolve("service.log");
    // Each process of the service would otherwise keep what a model took after its job has ended.
    Map<String, String> environment = Map.of("MALLOC_ARENA_MAX", "2");
    URI url = URI.create("http://" + HOST + ":" + port);
    address = url;
    SupervisedProcess started = startService(launch.commandLine(log), environment, output);
    awaitReady(started, new RemoteService(url, null), output);
    startAgent(new AgentLaunch(url, folder.resolve("agent"), agentOptions));
  }

  private synchronized SupervisedProcess startService(
      List<String> command, Map<String, String> environment, Path output)
      throws IOException, InterruptedException {
    requireOpen();
    SupervisedProcess started =
        SupervisedProcess.start("service", command, environment, output, recordOf("service"), log);
    service = started;
    return started;
  }

  private synchronized void startAgent(AgentLaunch launch)
      throws IOException, InterruptedException {
    requireOpen();
    agent =
        SupervisedProcess.start(
            "agent", launch.commandLine(), launch.environment(), null, recordOf("agent"), log);
  }

  private void requireOpen() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("the studio was closed");
    }
  }

  private ProcessRecord recordOf(String child) {
    return new ProcessRecord(folder.resolve(child + ".pid"));
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

  /** Returns the newest open campaign, on a folder of images or on any (null). */
  public Optional<RemoteCampaign> openCampaign(@Nullable Path images) throws IOException {
    String pool = images == null ? null : images.toRealPath().toString();
    return new RemoteService(address(), null)
        .campaigns().stream()
            .filter(each -> each.closed() == null && (pool == null || each.pool().equals(pool)))
            .reduce((a, b) -> b);
  }

  /**
   * Creates a campaign.
   *
   * @param grid rows and columns of regions
   */
  public RemoteCampaign create(String name, Path images, ClassMap classes, String grid)
      throws IOException {
    try {
      return new RemoteService(address(), null)
          .create(
              Map.of(
                  "name",
                  name,
                  "pool",
                  images.toRealPath().toString(),
                  "grid",
                  grid,
                  "classes",
                  JSON.readTree(ClassMaps.toJson(classes))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a class map is always JSON", e);
    }
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
    SupervisedProcess running;
    synchronized (this) {
      running = service;
    }
    if (running != null) {
      running.join();
    }
  }

  /** Ends agent and service, and keeps them from starting. Idempotent. */
  @Override
  public void close() throws IOException {
    List<SupervisedProcess> children;
    synchronized (this) {
      closed = true;
      children = Stream.of(agent, service).flatMap(Stream::ofNullable).toList();
      // Ctrl-C ends them, too; what has ended meanwhile is not started again.
      children.forEach(SupervisedProcess::giveUp);
    }
    children.forEach(SupervisedProcess::close);
    lock.close();
  }
}
