package dev.flipside.tools.command.service;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.command.options.CommonOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside serve}: starts the REST service in its own process. */
@Command(
    name = "serve",
    description = "Start the REST service: campaigns, selections and labels over HTTP.",
    footer = {
      "",
      "Example:",
      "  flipside serve --port 8080 --root /data/images --data /var/lib/flipside",
      "  then open http://localhost:8080"
    })
public final class ServeCommand implements Callable<Integer> {
  /**
   * Images and tensors are outside the heap. The heap holds only short-lived requests and
   * responses, for which the serial collector needs the least CPU time.
   */
  static final List<String> VIRTUAL_MACHINE =
      List.of("-XX:+UseSerialGC", "-Xms160m", "-Xmn64m", "-Xshare:auto");

  /** Folders of native libraries; the service uses those of this program. */
  private static final List<String> LIBRARIES =
      List.of("flipside.native.cache", "onnxruntime.native.path");

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port to listen on (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine only).")
  @SuppressWarnings("NullAway.Init")
  private String host;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "Folder that pools and models must be in; may be repeated (default: the"
              + " current folder).")
  private List<Path> roots = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "flipside-data",
      description = "Folder for the database and the models (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Override
  public Integer call() throws IOException, InterruptedException {
    common.require(port >= 1 && port <= 65535, "--port", port, "1 to 65535");
    requireFree();
    Process process = new ProcessBuilder(commandLine()).inheritIO().start();
    // Ctrl-C reaches both processes. A kill of this one must also stop the service.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process.waitFor();
  }

  /** The service would report a port in use with a stack trace. */
  private void requireFree() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException | IllegalArgumentException e) {
      throw new FlipsideException(
          "cannot listen on "
              + host
              + ":"
              + port
              + " ("
              + e.getMessage()
              + "); name another port with --port, or stop the program that uses it",
          e);
    }
  }

  private List<String> commandLine() throws InterruptedException {
    List<String> settings = new ArrayList<>();
    settings.add("-Dquarkus.http.port=" + port);
    settings.add("-Dquarkus.http.host=" + host);
    settings.add(
        "-Dflipside.roots="
            + String.join(
                ",", roots.stream().map(Path::toAbsolutePath).map(Path::toString).toList()));
    settings.add("-Dflipside.data-dir=" + data.toAbsolutePath());
    settings.addAll(libraries());
    Path home = Path.of(System.getProperty("flipside.home", "."));
    Path executable = home.resolve("bin/flipside-service");
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(executable)) {
      command.add(executable.toString());
      command.addAll(settings);
      return command;
    }
    String java = ProcessHandle.current().info().command().orElse("java");
    Path runner = runner(home);
    ServiceArchive archive = new ServiceArchive(java, runner, libraries());
    archive.prepare(common.err());
    command.add(java);
    command.addAll(VIRTUAL_MACHINE);
    command.addAll(archive.options());
    command.addAll(settings);
    command.addAll(List.of("-jar", runner.toString()));
    return command;
  }

  private static List<String> libraries() {
    List<String> options = new ArrayList<>();
    for (String property : LIBRARIES) {
      @Nullable String folder = System.getProperty(property);
      if (folder != null) {
        options.add("-D" + property + "=" + folder);
      }
    }
    return options;
  }

  /** Finds the service in an unpacked archive, or where it is built. */
  private static Path runner(Path home) {
    Path installed = home.resolve("service/quarkus-run.jar");
    Path built = home.resolve("quarkus-api/target/quarkus-app/quarkus-run.jar");
    Path runner = Files.isRegularFile(installed) ? installed : built;
    if (!Files.isRegularFile(runner)) {
      throw new FlipsideException(
          runner
              + ": the service is not built. Start it with ./flipside serve, which builds it"
              + " first");
    }
    return runner;
  }
}
