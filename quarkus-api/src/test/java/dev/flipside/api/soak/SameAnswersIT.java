package dev.flipside.api.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flipside.api.NativeOnly;
import dev.flipside.api.Operations;
import dev.flipside.api.Operations.Operation;
import dev.flipside.api.TestData;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native executable gives the answers of the JVM, but for times, IDs and the order of members
 * in JSON: over the life of a campaign, damaged files, and every operation of the API document. The
 * JVM runs the jar of which the executable was made.
 */
@NativeOnly
@Timeout(600)
class SameAnswersIT {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final String PNG = "image/png";
  private static final String BINARY = "application/octet-stream";
  private static final List<String> BODIES =
      List.of(
          "{}", "[]", "null", "{", "{\"k\":\"many\"}", "{\"name\":null,\"pool\":[],\"grid\":1}");
  private static final Map<String, List<String>> DAMAGED =
      Map.of(
          "cvat",
              List.of(
                  "",
                  "<annotations><image></annotations>",
                  "<!DOCTYPE x [<!ENTITY a \"b\">]><annotations>&a;</annotations>"),
          "voc", List.of("<annotation>"),
          "label-studio", List.of("{", "[]"),
          "coco", List.of("[]", "{\"images\":1}"),
          "labelme", List.of("nonsense"),
          "masks", List.of("PK\u0003\u0004zzz"));

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  void requests_all_areAnsweredAsOnTheJvm() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    TestData.writePool(root.resolve("pool"), 4);
    TestData.model(1).write(root.resolve("model.onnx"));
    List<String> expected;
    Set<String> metrics;
    Path data = Files.createDirectory(folder.resolve("jvm"));
    try (ServiceProcess jvm = ServiceProcess.onJvm(root, data)) {
      jvm.start();
      expected = new Session(jvm, data).all();
      metrics = metrics(jvm);
    }
    data = Files.createDirectory(folder.resolve("native"));
    try (ServiceProcess executable = new ServiceProcess(root, data)) {
      executable.start();

      List<String> found = new Session(executable, data).all();
      assertThat(found).hasSameSizeAs(expected);
      assertThat(IntStream.range(0, found.size()))
          .filteredOn(at -> !found.get(at).equals(expected.get(at)))
          .extracting(at -> "JVM: " + expected.get(at) + "\nnative: " + found.get(at))
          .isEmpty();
      assertThat(metrics).hasSizeGreaterThan(50);
      metrics.removeAll(metrics(executable));
      assertThat(metrics)
          .allMatch(name -> name.matches("jvm_(gc_|buffer_|memory_usage_after_gc).*"));
    }
  }

  private Set<String> metrics(ServiceProcess service) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.at("/q/metrics")).build(),
            HttpResponse.BodyHandlers.ofString());
    return answer
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[ {]", 2)[0])
        .collect(Collectors.toSet());
  }

  /** One run of all requests. */
  private final class Session {
    private final ServiceProcess service;
    private final Path data;
    private final List<String> answers = new ArrayList<>();

    Session(ServiceProcess service, Path data) {
      this.service = service;
      this.data = data;
    }

    List<String> all() throws Exception {
      for (String page : List.of("/", "/q/health/live", "/q/swagger-ui/", "/api/nothing")) {
        text("GET", page, "");
      }
      life();
      JsonNode document = JSON.readTree(text("GET", "/q/openapi?format=json", ""));
      for (Operation each : Operations.of(document)) {
        for (String body : BODIES) {
          text(each.method(), each.anyPath(), body);
        }
      }
      assertThat(answers).hasSizeGreaterThan(150);
      return answers;
    }

    private void life() throws Exception {
      byte[] model = TestData.model(2).proto().toByteArray();
      send("POST", "/api/models", BINARY, model);
      send("POST", "/api/models", BINARY, "no model".getBytes(UTF_8));
      JsonNode campaign =
          JSON.readTree(
              text(
                  "POST",
                  "/api/campaigns",
                  "{\"name\":\"c\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"model.onnx\"}"));
      String here = campaign.at("/links/self").asText();
      String job = campaign.at("/scoring/links/self").asText();
      while (!JSON.readTree(raw("GET", job, "application/json", new byte[0]).body())
          .get("state")
          .asText()
          .equals("DONE")) {
        Thread.sleep(20);
      }
      text("GET", job, "");
      JsonNode selection =
          JSON.readTree(text("POST", here + "/selections", "{\"k\":3,\"annotator\":\"ada\"}"));
      for (JsonNode region : selection.get("regions")) {
        for (String picture : List.of("image", "crop", "uncertainty", "prediction")) {
          text("GET", region.at("/links/" + picture).asText(), "");
        }
      }
      JsonNode first = selection.at("/regions/0");
      String label = first.at("/links/label").asText();
      byte[] png = TestData.label(first.get("height").asInt(), first.get("width").asInt(), 1);
      send("PUT", label, PNG, "no image".getBytes(UTF_8));
      send("PUT", label, PNG, TestData.label(1, 1, 1));
      send("PUT", label, PNG, png);
      send("PUT", label, PNG, png);
      text("POST", selection.at("/regions/1/links/skip").asText(), "");
      for (String format : List.of("masks", "coco", "cvat", "label-studio")) {
        text("GET", here + "/export?format=" + format, "");
      }
      for (Map.Entry<String, List<String>> format : new TreeMap<>(DAMAGED).entrySet()) {
        for (String body : format.getValue()) {
          send("POST", here + "/import?format=" + format.getKey(), BINARY, body.getBytes(UTF_8));
        }
      }
      for (String path : List.of("/progress", "", "/close")) {
        text(path.equals("/close") ? "POST" : "GET", here + path, "");
      }
      text("GET", "/api/campaigns", "");
      text("GET", "/api/folders", "");
    }

    private byte[] text(String method, String path, String body) throws Exception {
      return send(method, path, "application/json", body.getBytes(UTF_8));
    }

    private byte[] send(String method, String path, String type, byte[] body) throws Exception {
      HttpResponse<byte[]> answer = raw(method, path, type, body);
      String content = answer.headers().firstValue("Content-Type").orElse("");
      boolean text =
          content.contains("json") || content.contains("xml") || content.contains("text");
      answers.add(
          String.join(
              " ",
              method,
              plain(path),
              Integer.toString(answer.statusCode()),
              content,
              text ? plain(ordered(content, answer.body())) : digest(content, answer.body())));
      return answer.body();
    }

    /** The order of members of JSON objects differs from one start to the next. */
    private static String ordered(String content, byte[] body) throws IOException {
      return content.contains("json") && body.length > 0
          ? JSON.writeValueAsString(JSON.readValue(body, Object.class))
          : new String(body, UTF_8);
    }

    private HttpResponse<byte[]> raw(String method, String path, String type, byte[] body)
        throws IOException, InterruptedException {
      return http.send(
          HttpRequest.newBuilder(service.at(path))
              .timeout(Duration.ofSeconds(60))
              .header("Content-Type", type)
              .method(method, BodyPublishers.ofByteArray(body))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Leaves out what differs between any two services: IDs, times, folders, speed. */
    private String plain(String text) {
      return text.replace(data.toString(), "DATA")
          .replace(service.at("").getAuthority(), "HOST")
          .replaceAll("\\b[0-9a-z]{17}\\b", "ID")
          .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "UUID")
          .replaceAll("\\d{4}-\\d\\d-\\d\\d[T ][0-9:.]+Z?", "TIME")
          // A new job may have begun or not.
          .replaceAll("\"state\":\"(QUEUED|RUNNING)\"", "\"state\":\"NEW\"")
          .replaceAll("[0-9.]+ images/s[^\"]*", "PACE");
    }

    /** ZIP files carry times. */
    private static String digest(String content, byte[] body) throws NoSuchAlgorithmException {
      return content.contains("zip")
          ? Integer.toString(body.length)
          : HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    }
  }
}
