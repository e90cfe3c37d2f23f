package dev.flipside.api.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the native executable promises beyond the JVM service; skipped without {@code -Dnative}. */
@Timeout(120)
class NativeExecutableIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long IDLE_KIB = 120 << 10;
  private static final Duration START = Duration.ofMillis(600);

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;
  private Path root = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void make() throws IOException {
    assumeTrue(ServiceProcess.isNative(), "the package is no native executable");
    root = Files.createDirectory(folder.resolve("root"));
    data = Files.createDirectory(folder.resolve("data"));
    TestData.writePool(root.resolve("pool"), 3);
    TestData.model(1).write(root.resolve("model.onnx"));
  }

  @Test
  void start_newLedger_staysWithinTimeAndMemory() throws Exception {
    try (ServiceProcess service = new ServiceProcess(root, data)) {
      service.start();

      Duration processor = service.handle().info().totalCpuDuration().orElseThrow();
      assertThat(processor).isLessThan(START);
      assertThat(residentKib(service.handle().pid())).isLessThan(IDLE_KIB);
    }
  }

  @Test
  void libraries_afterScoring_allFilesAreLoaded() throws Exception {
    try (ServiceProcess service = new ServiceProcess(root, data)) {
      service.start();
      score(service);

      Path lib = ServiceProcess.executable().resolveSibling("lib");
      Set<String> loaded;
      try (Stream<String> maps = Files.lines(proc(service.handle().pid(), "maps"))) {
        loaded =
            maps.filter(line -> line.contains(lib + "/"))
                .map(line -> line.substring(line.indexOf(lib + "/")))
                .collect(Collectors.toSet());
      }
      try (Stream<Path> files = Files.walk(lib)) {
        assertThat(files.filter(Files::isRegularFile).map(Path::toString))
            .containsExactlyInAnyOrderElementsOf(loaded);
      }
    }
  }

  @Test
  void start_movedWithoutLibraries_saysWhatIsMissing() throws Exception {
    Path moved = folder.resolve("moved-service");
    Files.copy(ServiceProcess.executable(), moved);
    assertThat(moved.toFile().setExecutable(true)).isTrue();

    Process process = new ProcessBuilder(moved.toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output)
        .hasLineCount(1)
        .startsWith("flipside: there is no folder " + folder.resolve("lib"));
  }

  /** Scores the pool and waits; returns the ID of the campaign. */
  private String score(ServiceProcess service) throws Exception {
    JsonNode campaign =
        ask(
            service,
            "POST",
            "/api/campaigns",
            "{\"name\":\"native\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"model.onnx\"}");
    String job = campaign.at("/scoring/links/self").asText();
    while (!ask(service, "GET", job, "").get("state").asText().equals("DONE")) {
      Thread.sleep(20);
    }
    return campaign.get("id").asText();
  }

  private JsonNode ask(ServiceProcess service, String method, String path, String body)
      throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.at(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }

  private static long residentKib(long pid) throws IOException {
    try (Stream<String> status = Files.lines(proc(pid, "status"))) {
      return status
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path proc(long pid, String file) {
    return Path.of("/proc", Long.toString(pid), file);
  }
}
