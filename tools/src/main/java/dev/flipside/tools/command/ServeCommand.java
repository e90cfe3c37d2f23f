package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.command.options.CommonOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside serve}: the REST service in a process of its own. */
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
   * Images and tensors lie outside of the heap, which holds requests and answers: they die young,
   * in little memory, and the collector that stops for milliseconds takes least of the processor.
   */
  static final List<String> VIRTUAL_MACHINE =
      List.of("-XX:+UseSerialGC", "-Xms160m", "-Xmn64m", "-Xshare:auto");

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
          "Folder below which pools and models may lie; may be repeated (default: the current one).")
  private List<Path> roots = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "flipside-data",
      description = "Folder of the ledger and the models (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Override
  public Integer call() throws IOException, InterruptedException {
    common.require(port >= 1 && port <= 65535, "--port", port, "1 to 65535");
    String java = ProcessHandle.current().info().command().orElse("java");
    ServiceArchive archive = new ServiceArchive(java, runner());
    archive.prepare(common.err());
    Process process = new ProcessBuilder(commandLine(java, archive)).inheritIO().start();
    // Ctrl-C reaches both; a plain kill of this process must not leave the service behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process.waitFor();
  }

  private List<String> commandLine(String java, ServiceArchive archive) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(VIRTUAL_MACHINE);
    command.addAll(archive.options());
    command.add("-Dquarkus.http.port=" + port);
    command.add("-Dquarkus.http.host=" + host);
    command.add(
        "-Dflipside.roots="
            + String.join(
                ",", roots.stream().map(Path::toAbsolutePath).map(Path::toString).toList()));
    command.add("-Dflipside.data-dir=" + data.toAbsolutePath());
    command.add("-jar");
    command.add(runner().toString());
    return command;
  }

  private static Path runner() {
    @Nullable String home = System.getProperty("flipside.home");
    Path runner =
        Path.of(
            home == null ? "." : home, "quarkus-api", "target", "quarkus-app", "quarkus-run.jar");
    if (!Files.isRegularFile(runner)) {
      throw new FlipsideException(
          runner + ": the service is not built; start it with ./flipside serve, which builds it");
    }
    return runner;
  }
}
