package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service with API keys, small limits, and a second start in the same virtual machine. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(SecurityTest.WithKeys.class)
public class SecurityTest {
  private static final String CAMPAIGN =
      "{\"name\":\"s\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}";

  /** Three keys, and no JSON above 2 kB. */
  public static class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "flipside.security.keys.ada.sha256", sha256("ada's key"),
          "flipside.security.keys.ada.role", "annotator",
          "flipside.security.keys.ben.sha256", sha256("ben's key"),
          "flipside.security.keys.ben.role", "annotator",
          "flipside.security.keys.olga.sha256", sha256("olga's key"),
          "flipside.security.keys.olga.role", "operator",
          "flipside.limits.json", "2048");
    }

    private static String sha256(String key) {
      try {
        return HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void request_withoutOrWithUnknownKey_isUnauthorized() {
    for (String key : new String[] {"", "Bearer nobody's key"}) {
      given()
          .header("Authorization", key)
          .get("/api/campaigns")
          .then()
          .statusCode(401)
          .header("WWW-Authenticate", containsString("Bearer"))
          .contentType("application/problem+json")
          .body("type", equalTo("urn:flipside:problem:unauthorized"));
    }
  }

  @Test
  void request_keyInEitherHeader_isKnown() {
    given().header("X-Api-Key", "ada's key").get("/api/campaigns").then().statusCode(200);
    given().header("Authorization", "Bearer ada's key").get("/api/jobs").then().statusCode(200);
  }

  @Test
  void request_roleTooLow_isForbidden() {
    given()
        .header("X-Api-Key", "ada's key")
        .contentType(ContentType.JSON)
        .body(CAMPAIGN)
        .post("/api/campaigns")
        .then()
        .statusCode(403)
        .contentType("application/problem+json");
    given().header("X-Api-Key", "ada's key").get("/q/metrics").then().statusCode(403);
    given().header("X-Api-Key", "olga's key").get("/q/metrics").then().statusCode(200);
    given()
        .header("X-Api-Key", "olga's key")
        .contentType("application/octet-stream")
        .body(new byte[] {1})
        .post("/api/models")
        .then()
        .statusCode(403);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, labels, application/json",
    "POST, rounds, application/json",
    "PUT, rounds/1, application/json",
    "PUT, rounds/1/model?agent=a, application/octet-stream"
  })
  void training_keyOfAnAnnotator_isForbidden(String method, String path, String type) {
    RequestSpecification request = given().header("X-Api-Key", "ada's key").contentType(type);
    if (!method.equals("GET")) {
      request.body("{}".getBytes(StandardCharsets.UTF_8));
    }
    request.request(method, "/api/campaigns/none/" + path).then().statusCode(403);
    request = given().header("X-Api-Key", "ada's key");
    // What an annotator may see is only not there.
    request.get("/api/campaigns/none/rounds").then().statusCode(404);
  }

  @Test
  void select_keyOwner_isTheAnnotator() {
    String campaign =
        given()
            .header("X-Api-Key", "olga's key")
            .contentType(ContentType.JSON)
            .body(CAMPAIGN)
            .post("/api/campaigns")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    given()
        .header("X-Api-Key", "ada's key")
        .contentType(ContentType.JSON)
        .body("{\"k\":1}")
        .post("/api/campaigns/" + campaign + "/selections")
        .then()
        .statusCode(201)
        .body("annotator", equalTo("ada"));
  }

  @Test
  void health_withoutKey_isOpen() {
    given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void request_jsonAboveLimit_isTooLarge() {
    given()
        .header("X-Api-Key", "olga's key")
        .contentType(ContentType.JSON)
        .body("{\"name\":\"" + "x".repeat(3000) + "\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(413)
        .contentType("application/problem+json")
        .body("detail", containsString("2048"));
  }
}
