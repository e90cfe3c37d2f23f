package dev.flipside.tools.command.service;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.process.ServiceLaunch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
          "Folder that contains pools and models; may be repeated (default: the current folder).")
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
    ServiceLaunch launch = new ServiceLaunch(host, port, roots, data);
    launch.requireFree();
    Process process = new ProcessBuilder(launch.commandLine(common.err())).inheritIO().start();
    // Ctrl-C reaches both processes. A kill of this one must also stop the service.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process.waitFor();
  }
}
