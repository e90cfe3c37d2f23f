package dev.flipside.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.Operations.Operation;
import dev.flipside.api.problem.ProblemType;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Requests that are generated from the API document and damaged at random: none fails, and every
 * answer is as documented. More with {@code -Dflipside.api.fuzz=N}, others with {@code
 * -Dflipside.api.fuzz.seed=N}.
 */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(FuzzTest.NoWaiting.class)
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("flipside.api.fuzz", 3000);
  private static final long SEED = Long.getLong("flipside.api.fuzz.seed", 1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TYPES = new HashSet<>();

  static {
    for (ProblemType each : ProblemType.values()) {
      TYPES.add(each.urn());
    }
  }

  /** Selections do not wait for scores. */
  public static class NoWaiting implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("flipside.selection.wait", "0s", "flipside.limits.json", "65536");
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Random random = new Random(SEED);
  private final FuzzValues values = new FuzzValues(random);
  private JsonNode document = JSON.createObjectNode();

  @Test
  void requests_generatedAndDamaged_areAnsweredAsDocumented() throws Exception {
    document = JSON.readTree(given().get("/q/openapi?format=json").asByteArray());
    List<Operation> operations = Operations.of(document);
    int succeeded = 0;
    for (int i = 0; i < REQUESTS; i++) {
      if (i % 300 == 0) {
        learn();
      }
      Operation operation = operations.get(i % operations.size());
      HttpRequest request = request(operation);
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      String what = SEED + "/" + i + ": " + request.method() + " " + request.uri();
      if (answer.statusCode() < 300) {
        succeeded++;
        requireDocumented(operation, answer, what);
      } else {
        requireProblem(answer, what);
      }
    }
    assertThat(succeeded).as("answers that succeeded").isGreaterThan(REQUESTS / 20);
  }

  /** Creates what the identifiers in requests may mean. */
  private void learn() {
    JsonPath campaign =
        given()
            .contentType("application/json")
            .body("{\"name\":\"f\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
            .post("/api/campaigns")
            .jsonPath();
    String path = "/api/campaigns/" + campaign.getString("id");
    JsonPath selection = JsonPath.from("{}");
    for (int i = 0; i < 100 && selection.get("id") == null; i++) {
      selection =
          given()
              .contentType("application/json")
              .header("Prefer", "wait=5")
              .body("{\"k\":2}")
              .post(path + "/selections")
              .jsonPath();
    }
    values.learn("/api/campaigns/{id}", campaign.getString("id"));
    values.learn("/api/jobs/{id}", campaign.getString("scoring.id"));
    values.learn("/api/models/{id}", campaign.getString("scoring.model"));
    values.learn("{sid}", selection.getString("id"));
    values.learn("{rid}", selection.getString("regions[0].id"));
    values.learn("{iid}", "MC5wbmc");
    values.learn("{strategy}", "flip-entropy");
  }

  private HttpRequest request(Operation operation) {
    StringBuilder uri = new StringBuilder(RestAssured.baseURI + ":" + RestAssured.port);
    uri.append(values.path(operation.path()));
    List<String> query = new ArrayList<>();
    HttpRequest.Builder request = HttpRequest.newBuilder().timeout(Duration.ofSeconds(20));
    for (JsonNode parameter : operation.body().path("parameters")) {
      if (random.nextInt(3) > 0) {
        continue;
      }
      String name = parameter.get("name").asText();
      switch (parameter.get("in").asText()) {
        case "query" -> query.add(name + "=" + values.encoded(parameter.path("schema")));
        case "header" -> request.header(name, values.header());
        default -> {}
      }
    }
    uri.append(query.isEmpty() ? "" : "?" + String.join("&", query));
    JsonNode content = operation.body().at("/requestBody/content");
    byte[] body = new byte[0];
    if (!content.isMissingNode() && random.nextInt(20) > 0) {
      String type = content.fieldNames().next();
      request.header("Content-Type", random.nextInt(30) == 0 ? values.header() : type);
      body =
          type.contains("json")
              ? values.body(content.get(type).path("schema"), document)
              : values.bytes();
    }
    return request
        .uri(URI.create(uri.toString()))
        .method(operation.method(), BodyPublishers.ofByteArray(body))
        .build();
  }

  private static void requireDocumented(
      Operation operation, HttpResponse<byte[]> answer, String what) {
    JsonNode response =
        operation.body().path("responses").path(String.valueOf(answer.statusCode()));
    assertThat(response.isObject()).as("%s: %s", what, answer.statusCode()).isTrue();
    if (answer.body().length > 0) {
      String type = answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
      assertThat(response.path("content").has(type)).as("%s: %s", what, type).isTrue();
    }
  }

  private static void requireProblem(HttpResponse<byte[]> answer, String what) throws Exception {
    String said = what + ": " + answer.statusCode() + " " + new String(answer.body(), UTF_8);
    assertThat(answer.statusCode()).as(said).isBetween(400, 499);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .as(said)
        .isEqualTo("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(TYPES).as(said).contains(problem.path("type").asText());
    assertThat(problem.path("status").asInt()).as(said).isEqualTo(answer.statusCode());
    assertThat(problem.path("detail").asText()).as(said).isNotBlank();
    assertThat(Arrays.asList("java.", "Exception")).as(said).noneMatch(said::contains);
  }
}
