package dev.flipside.api.soak;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The packaged service, as jar or native executable, in a process of its own, which can be killed
 * and started again.
 */
final class ServiceProcess implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  /** Written by the build of the package. */
  private static final Path PACKAGE = Path.of("target/quarkus-artifact.properties");

  private final List<String> launcher;
  private final Path root;
  private final Path data;
  private final List<String> settings;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private @Nullable Process process;

  /**
   * @param root folder that requests may name
   * @param data data folder, must exist
   * @param settings more options, as {@code -Dname=value}
   */
  ServiceProcess(Path root, Path data, String... settings) throws IOException {
    this(isNative() ? List.of(executable().toString()) : java(executable()), root, data, settings);
  }

  private ServiceProcess(List<String> launcher, Path root, Path data, String... settings)
      throws IOException {
    this.launcher = launcher;
    this.root = root;
    this.data = data;
    this.settings = List.of(settings);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /** Creates the JVM service of the jar of which the native executable was made. */
  static ServiceProcess onJvm(Path root, Path data) throws IOException {
    String name = executable().getFileName().toString();
    Path folder =
        executable().resolveSibling(name.replaceAll("-runner$", "") + "-native-image-source-jar");
    return new ServiceProcess(java(folder.resolve(name + ".jar")), root, data);
  }

  private static List<String> java(Path jar) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
  }

  /** Returns whether the package is a native executable. */
  static boolean isNative() throws IOException {
    return description().getProperty("type").equals("native");
  }

  /** Returns the native executable, or the jar that starts the JVM service. */
  static Path executable() throws IOException {
    return PACKAGE.resolveSibling(description().getProperty("path")).toAbsolutePath();
  }

  private static Properties description() throws IOException {
    Properties built = new Properties();
    try (Reader in = Files.newBufferedReader(PACKAGE)) {
      built.load(in);
    }
    return built;
  }

  /** Returns the process that was started last. */
  ProcessHandle handle() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.toHandle();
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Starts the service and returns when it is ready. */
  void start() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(launcher.subList(0, 1));
    command.addAll(
        List.of(
            "-Xmx512m",
            "-Dquarkus.http.port=" + port,
            "-Dflipside.roots=" + root,
            "-Dflipside.data-dir=" + data,
            "-Dflipside.scoring.threads=1"));
    command.addAll(settings);
    command.addAll(launcher.subList(1, launcher.size()));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve("log.txt").toFile()))
            .start();
    Instant end = Instant.now().plus(LONGEST_START);
    while (!ready()) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        throw new IllegalStateException(Files.readString(data.resolve("log.txt")));
      }
      Thread.sleep(50);
    }
  }

  private boolean ready() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(at("/q/health/ready")).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** As {@code kill -9}: the service gets no chance to end anything. */
  void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Asks the service to end, and returns its exit code. */
  int terminate() throws InterruptedException {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    running.destroy();
    if (!running.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the service did not end");
    }
    return running.exitValue();
  }

  /** Returns the peak of the memory that the process had resident. */
  long peakMemoryKb() throws IOException {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return Files.readAllLines(Path.of("/proc/" + running.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
