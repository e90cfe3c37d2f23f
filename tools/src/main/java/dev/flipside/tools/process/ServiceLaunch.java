package dev.flipside.tools.process;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the REST service is started in a process of its own.
 *
 * @param host address to listen on
 * @param port port to listen on
 * @param roots folders that pools and models must be in
 * @param data folder for the database and the models
 */
public record ServiceLaunch(String host, int port, List<Path> roots, Path data) {
  /**
   * Images and tensors are outside the heap. The heap holds only short-lived requests and
   * responses, for which the serial collector needs the least CPU time.
   */
  static final List<String> VIRTUAL_MACHINE =
      List.of("-XX:+UseSerialGC", "-Xms160m", "-Xmn64m", "-Xshare:auto");

  /** Copies the list. */
  public ServiceLaunch {
    roots = List.copyOf(roots);
  }

  /**
   * Checks that the port is free; the service would report a port in use with a stack trace.
   *
   * @throws FlipsideException if it is not
   */
  public void requireFree() {
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

  /**
   * Returns the command line, after preparing an archive for faster starts.
   *
   * @param err receives notes
   * @throws FlipsideException if the service is not built
   */
  public List<String> commandLine(PrintWriter err) throws InterruptedException {
    List<String> settings = new ArrayList<>();
    settings.add("-Dquarkus.http.port=" + port);
    settings.add("-Dquarkus.http.host=" + host);
    settings.add(
        "-Dflipside.roots="
            + String.join(
                ",", roots.stream().map(Path::toAbsolutePath).map(Path::toString).toList()));
    settings.add("-Dflipside.data-dir=" + data.toAbsolutePath());
    settings.addAll(LocalJava.libraries());
    Path home = LocalJava.home();
    Path executable = home.resolve("bin/flipside-service");
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(executable)) {
      command.add(executable.toString());
      command.addAll(settings);
      return command;
    }
    String java = LocalJava.program();
    Path runner = runner(home);
    ServiceArchive archive = new ServiceArchive(java, runner, LocalJava.libraries());
    archive.prepare(err);
    command.add(java);
    command.addAll(VIRTUAL_MACHINE);
    command.addAll(archive.options());
    command.addAll(settings);
    command.addAll(List.of("-jar", runner.toString()));
    return command;
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
