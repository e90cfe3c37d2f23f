package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.metrics.ConfusionMatrix;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story of {@code flipside studio} on drawn street scenes: somebody who knows the truth labels
 * what is asked for, over the resources that the page uses, and the model trains by itself. Agent
 * and service are killed in between. Needs the built command line ({@code tools}) and service.
 */
class StudioIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Path TOOLS = HOME.resolve("tools/target/flipside-tools.jar");
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final int FIRST = 20;
  private static final int EVERY = 40;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /** What was confirmed, by region. */
  private final Map<String, LabelMap> confirmed = new HashMap<>();

  @TempDir Path folder;

  private @Nullable Process studio;
  private int port;
  private String campaign = "";

  @AfterEach
  void stop() {
    Process running = studio;
    if (running != null) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
    // Those of the studio that was killed.
    ProcessHandle.allProcesses()
        .filter(each -> each.info().commandLine().orElse("").contains(folder.toString()))
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  @Timeout(900)
  void studio_truthIsLabelled_threeRoundsHappenByThemselvesAndKillsLoseNothing() throws Exception {
    assumeTrue(Files.isRegularFile(TOOLS), TOOLS + ": build tools to run this test");
    assumeTrue(!ServiceProcess.isNative(), "the command line starts the jar of the service");
    flipside("synth", "--out", "scenes", "--size", "96x128", "--train", "20", "--test", "0")
        .waitFor();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    start();
    campaign =
        await("/api/campaigns", all -> all.at("/campaigns/0/id").isTextual())
            .at("/campaigns/0/id")
            .asText();

    label(FIRST);
    awaitRounds(rounds -> rounds.at("/0/training/epoch").asInt() > 0);
    process("agent").destroyForcibly();
    awaitDone(1);
    double first = miouOfThePool();
    label(EVERY / 2);
    process("-Dflipside.data-dir").destroyForcibly();
    label(EVERY - EVERY / 2);
    awaitDone(2);
    // The studio itself is killed; what it started lives on until it is started again.
    running().destroyForcibly().waitFor();
    start();
    label(EVERY);
    JsonNode rounds = awaitDone(3);

    assertThat(rounds.findValuesAsText("agent")).hasSize(3);
    assertThat(List.copyOf(new HashSet<>(rounds.findValuesAsText("agent")))).hasSize(1);
    assertThat(rounds.at("/0/training/labels").asInt()).isEqualTo(FIRST);
    assertThat(rounds.at("/2/training/labels").asInt()).isEqualTo(FIRST + 2 * EVERY);
    assertThat(miouOfThePool()).isGreaterThan(first);
    assertThat(rounds.at("/2/training/miou").asDouble()).isBetween(0.05, 1.0);
    assertThat(rounds.at("/2/training/previousMiou").asDouble()).isBetween(0.05, 1.0);
    assertThat(send("GET", "/api/models", null).at("/active"))
        .isEqualTo(rounds.at("/2/training/model"));
    requireEveryLabel();
    terminate();
  }

  private void start() throws IOException {
    studio =
        flipside(
            "studio",
            "--images",
            "scenes/train",
            "--classes",
            "camvid",
            "--train-every",
            Integer.toString(EVERY),
            "--steps",
            "40",
            "--device",
            "cpu",
            "--port",
            Integer.toString(port),
            "--data",
            "studio",
            "--no-browser");
  }

  private Process flipside(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Dflipside.home=" + HOME, "-XX:+UseSerialGC", "-cp"));
    command.add(TOOLS + File.pathSeparator + TOOLS.resolveSibling("lib") + "/*");
    command.add("dev.flipside.tools.Flipside");
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()))
        .start();
  }

  /** Ends the studio as Ctrl-C does, and checks that nothing of it is left. */
  private void terminate() throws InterruptedException {
    Process running = running();
    List<ProcessHandle> children = running.descendants().toList();
    assertThat(children).hasSizeGreaterThanOrEqualTo(2);
    running.destroy();
    assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  private Process running() {
    Process running = studio;
    if (running == null) {
      throw new IllegalStateException("the studio was not started");
    }
    return running;
  }

  /** Returns the child whose command line has an argument. */
  private ProcessHandle process(String argument) {
    return running()
        .descendants()
        .filter(
            each ->
                Arrays.stream(each.info().arguments().orElse(new String[0]))
                    .anyMatch(word -> word.startsWith(argument)))
        .findFirst()
        .orElseThrow();
  }

  /** Labels regions as the truth is. */
  private void label(int count) throws Exception {
    int target = confirmed.size() + count;
    while (confirmed.size() < target) {
      int k = Math.min(5, target - confirmed.size());
      JsonNode selection =
          insist("POST", "/api/campaigns/" + campaign + "/selections", "{\"k\":" + k + "}");
      for (JsonNode each : selection.path("regions")) {
        label(each);
      }
    }
  }

  private void label(JsonNode region) throws Exception {
    LabelMap truth =
        truth(region.get("image").asText())
            .crop(
                new Region(
                    region.get("y").asInt(),
                    region.get("x").asInt(),
                    region.get("height").asInt(),
                    region.get("width").asInt()));
    if (truth.isUnlabelled(ClassMap.CAMVID)) {
      insist("POST", region.at("/links/skip").asText(), "");
      return;
    }
    String link = region.at("/links/label").asText();
    while (true) {
      try {
        HttpResponse<String> answer =
            http.send(
                request(link, "image/png")
                    .PUT(BodyPublishers.ofByteArray(ImageWriter.encodePng(truth)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        // A repeated request may find its own label.
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 409);
        confirmed.put(region.get("id").asText(), truth);
        return;
      } catch (IOException e) {
        Thread.sleep(200);
      }
    }
  }

  /** Compares what the model of the last round predicts with the truth, in all images. */
  private double miouOfThePool() throws Exception {
    String path = "/api/campaigns/" + campaign;
    String model =
        insist("GET", path + "/rounds", null).at("/rounds").findValuesAsText("model").stream()
            .filter(each -> each.startsWith("sha256:"))
            .reduce((a, b) -> b)
            .orElseThrow();
    await(
        path,
        answer ->
            answer.at("/scoring/model").asText().equals(model)
                && answer.at("/scoring/state").asText().equals("DONE"));
    ConfusionMatrix confusion = new ConfusionMatrix(ClassMap.CAMVID.count());
    Path file = folder.resolve("prediction.png");
    try (var images = Files.list(folder.resolve("scenes/train"))) {
      for (Path each : images.toList()) {
        String name = each.getFileName().toString();
        String target =
            path + "/images/" + RegionPathSegment.ofImage(name) + "/prediction?ids=true";
        HttpResponse<byte[]> answer =
            http.send(
                request(target, "application/json").GET().build(),
                HttpResponse.BodyHandlers.ofByteArray());
        Files.write(file, answer.body());
        confusion.add(truth(name), LabelReader.read(file, ClassMap.CAMVID, null));
      }
    }
    return confusion.metrics().miou();
  }

  private LabelMap truth(String image) {
    return LabelReader.read(
        folder.resolve("scenes/trainannot").resolve(image), ClassMap.CAMVID, null);
  }

  /** Every label that was confirmed comes out, in the order in which it came in. */
  private void requireEveryLabel() throws Exception {
    HttpResponse<String> lines =
        http.send(
            request("/api/campaigns/" + campaign + "/labels", "application/json").GET().build(),
            HttpResponse.BodyHandlers.ofString());
    Map<String, LabelMap> stored = new HashMap<>();
    Path file = folder.resolve("label.png");
    for (String line : lines.body().lines().toList()) {
      JsonNode label = JSON.readTree(line);
      Files.write(file, label.get("png").binaryValue());
      stored.put(label.get("region").asText(), LabelReader.read(file, ClassMap.CAMVID, null));
      assertThat(label.get("sequence").asInt()).isEqualTo(stored.size());
    }
    assertThat(stored).isEqualTo(confirmed);
  }

  private JsonNode awaitDone(int number) throws Exception {
    return awaitRounds(
        rounds ->
            rounds.size() >= number && rounds.get(number - 1).get("state").asText().equals("done"));
  }

  private JsonNode awaitRounds(Predicate<JsonNode> condition) throws Exception {
    return await(
            "/api/campaigns/" + campaign + "/rounds",
            answer -> condition.test(answer.get("rounds")))
        .get("rounds");
  }

  private JsonNode await(String path, Predicate<JsonNode> condition) throws Exception {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    while (true) {
      JsonNode answer = insist("GET", path, null);
      if (condition.test(answer)) {
        return answer;
      }
      assertThat(answer.toString()).doesNotContain("\"failed\"");
      assertThat(Instant.now())
          .as("%s\n%s", answer, Files.readString(folder.resolve("log.txt")))
          .isBefore(end);
      Thread.sleep(200);
    }
  }

  /** Asks until the service answers. */
  private JsonNode insist(String method, String path, @Nullable String body) throws Exception {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    while (true) {
      try {
        return send(method, path, body);
      } catch (IOException e) {
        assertThat(Instant.now()).as(Files.readString(folder.resolve("log.txt"))).isBefore(end);
        Thread.sleep(200);
      }
    }
  }

  private JsonNode send(String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            request(path, "application/json")
                .method(
                    method,
                    body == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return JSON.readTree(answer.body());
  }

  private HttpRequest.Builder request(String path, String type) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", type);
  }
}
