package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.Operations;
import dev.flipside.api.Operations.Operation;
import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What web pages can do to a service without keys. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(OriginCheckTest.Configured.class)
class OriginCheckTest {
  private static final String FRIEND = "https://labels.example.org";

  /** One known host name and one origin that may use the service. */
  public static class Configured implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "flipside.http.hosts", "flipside.example.org", "flipside.http.cors.origins", FRIEND);
    }
  }

  private static List<Operation> changes() throws IOException {
    byte[] document = given().get("/q/openapi?format=json").asByteArray();
    return Operations.of(new ObjectMapper().readTree(document)).stream()
        .filter(each -> !each.method().equals("GET"))
        .toList();
  }

  @Test
  void change_fromAForeignPage_isForbidden() throws Exception {
    List<Map<String, String>> pages =
        List.of(
            Map.of("Origin", "https://evil.example"),
            Map.of("Origin", "null"),
            Map.of("Origin", "http://localhost:1"),
            Map.of("Origin", FRIEND + ".evil.example"),
            Map.of("Sec-Fetch-Site", "cross-site"),
            Map.of("Sec-Fetch-Site", "same-site"),
            Map.of("Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"));
    assertThat(changes()).hasSizeGreaterThan(10);
    for (Operation each : changes()) {
      for (Map<String, String> page : pages) {
        given()
            .headers(page)
            .request(each.method(), each.anyPath())
            .then()
            .statusCode(403)
            .contentType("application/problem+json")
            .body("detail", containsString("flipside.http.cors.origins"));
      }
    }
  }

  @Test
  void change_fromTheOwnPageOrAConfiguredOne_isAnswered() throws Exception {
    String own = RestAssured.baseURI + ":" + RestAssured.port;
    for (Map<String, String> page :
        List.of(
            Map.of("Origin", own),
            Map.of("Origin", own, "Sec-Fetch-Site", "same-origin"),
            Map.of("Sec-Fetch-Site", "none"),
            Map.of("Origin", FRIEND),
            Map.of("Origin", FRIEND, "Sec-Fetch-Site", "cross-site"))) {
      given().headers(page).delete("/api/jobs/none").then().statusCode(404);
    }
  }

  @Test
  void answer_toAConfiguredOrigin_mayBeReadByItsPages() {
    given()
        .header("Origin", FRIEND)
        .get("/api/campaigns")
        .then()
        .statusCode(200)
        .header("Access-Control-Allow-Origin", equalTo(FRIEND));
    given()
        .header("Origin", FRIEND)
        .header("Access-Control-Request-Method", "PUT")
        .header("Access-Control-Request-Headers", "content-type,x-api-key")
        .options("/api/models/active")
        .then()
        .statusCode(204)
        .header("Access-Control-Allow-Origin", equalTo(FRIEND))
        .header("Access-Control-Allow-Headers", containsString("X-Api-Key"));
    given()
        .header("Origin", "https://evil.example")
        .get("/api/campaigns")
        .then()
        .header("Access-Control-Allow-Origin", nullValue());
    given()
        .header("Origin", "https://evil.example")
        .header("Access-Control-Request-Method", "PUT")
        .options("/api/models/active")
        .then()
        .header("Access-Control-Allow-Origin", nullValue());
  }

  @Test
  void body_withoutTypeOrOfAnotherType_isUnsupported() throws Exception {
    for (Operation each : changes()) {
      if (!each.body().has("requestBody")) {
        continue;
      }
      for (String type :
          List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
        if (each.path().endsWith("/import") && type.endsWith("urlencoded")) {
          continue; // what curl --data-binary sends
        }
        given()
            .config(
                RestAssured.config()
                    .encoderConfig(
                        io.restassured.config.EncoderConfig.encoderConfig()
                            .encodeContentTypeAs(
                                "multipart/form-data", io.restassured.http.ContentType.TEXT)))
            .contentType(type)
            .body("{}")
            .request(each.method(), each.anyPath())
            .then()
            .statusCode(415);
      }
      assertThat(
              RawHttp.head(
                  each.method(), each.anyPath(), List.of("Host: localhost", "Content-Length: 2")))
          .as("%s", each)
          .isEqualTo(415);
    }
  }

  @Test
  void request_configuredHost_isKnown() throws Exception {
    for (String path :
        List.of("/api/campaigns", "/q/health/live", "/q/metrics", "/q/openapi", "/")) {
      assertThat(RawHttp.head("GET", path, List.of("Host: Flipside.example.org:80")))
          .isEqualTo(200);
      assertThat(RawHttp.head("GET", path, List.of("Host: flipside.example.com"))).isEqualTo(403);
    }
  }

  @Test
  void origins_noOrigin_isRefusedWithTheName() {
    for (String bad : List.of("*", "labels.example.org", FRIEND + "/", "null", "ftp://x.org")) {
      assertThatThrownBy(() -> new OriginCheck(List.of(bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad);
    }
  }
}
