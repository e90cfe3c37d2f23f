package dev.flipside.tools.process;

import dev.flipside.tools.remote.RemoteService;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Class data sharing (CDS) archive of the service, for faster starts. It is written once, by a
 * trial run of the service, and mapped at every later start. Failures are not errors: without the
 * archive the service only starts more slowly.
 */
final class ServiceArchive {
  private static final Duration LONGEST_TRIAL = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final String java;
  private final Path runner;
  private final List<String> libraries;
  private final Path file;

  /**
   * @param java path of the {@code java} command
   * @param runner {@code quarkus-run.jar}; the archive is written next to it
   * @param libraries JVM options that name the folders of native libraries
   */
  ServiceArchive(String java, Path runner, List<String> libraries) {
    this.java = java;
    this.runner = runner;
    this.libraries = List.copyOf(libraries);
    // An archive can only be used by the JVM that wrote it.
    this.file = runner.resolveSibling("classes-" + Runtime.version() + ".jsa");
  }

  /** Returns the JVM options that use the archive; empty if it does not exist. */
  List<String> options() {
    return Files.isRegularFile(file) ? List.of("-XX:SharedArchiveFile=" + file) : List.of();
  }

  /** Writes the archive if it is missing or older than the service. */
  void prepare(PrintWriter err) throws InterruptedException {
    try {
      if (isCurrent() || !Files.isWritable(runner.getParent())) {
        return;
      }
      err.println(
          "Preparing a class archive for faster starts of the service (once, takes some"
              + " seconds) …");
      err.flush();
      write();
    } catch (IOException e) {
      err.println(
          "Cannot write the class archive, the service starts more slowly: "
              + file
              + ": "
              + e.getMessage());
    }
  }

  private boolean isCurrent() throws IOException {
    return Files.isRegularFile(file)
        && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(runner)) >= 0;
  }

  private void write() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(runner.getParent(), "archive-");
    try {
      Path written = folder.resolve("classes.jsa");
      int port = freePort();
      List<String> command = new ArrayList<>(List.of(java));
      command.addAll(ServiceLaunch.VIRTUAL_MACHINE);
      command.addAll(libraries);
      command.addAll(
          List.of(
              "-XX:ArchiveClassesAtExit=" + written,
              "-Dquarkus.http.host=127.0.0.1",
              "-Dquarkus.http.port=" + port,
              "-Dflipside.data-dir=" + folder.resolve("data"),
              "-jar",
              runner.toString()));
      Process trial =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log.txt").toFile())
              .start();
      try {
        untilReady(trial, port);
        trial.destroy();
        boolean ended = trial.waitFor(LONGEST_TRIAL.toSeconds(), TimeUnit.SECONDS);
        if (!ended || !Files.isRegularFile(written)) {
          throw new IOException("the Java virtual machine did not write an archive");
        }
      } finally {
        trial.destroyForcibly();
      }
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(folder);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static void untilReady(Process trial, int port) throws IOException, InterruptedException {
    RemoteService service = new RemoteService(URI.create("http://127.0.0.1:" + port), null);
    Instant end = Instant.now().plus(LONGEST_TRIAL);
    while (!service.ready()) {
      if (!trial.isAlive() || Instant.now().isAfter(end)) {
        throw new IOException("the trial run of the service did not become ready");
      }
      Thread.sleep(LOOK_EVERY.toMillis());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
