package dev.flipside.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What holds for the service as a whole. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
class ServiceTest {
  @Test
  void health_started_isUp() {
    given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void openapi_asked_isVersion31() {
    given()
        .accept("application/json")
        .get("/q/openapi?format=json")
        .then()
        .statusCode(200)
        .body("openapi", startsWith("3.1"))
        .body("info.title", equalTo("Flipside"));
  }

  @Test
  void metrics_asked_arePrometheusText() {
    given().get("/q/metrics").then().statusCode(200).body(containsString("jvm_memory_used_bytes"));
  }

  @Test
  void request_withId_idComesBack() {
    given()
        .header("X-Request-Id", "walk-7")
        .get("/q/health/live")
        .then()
        .header("X-Request-Id", "walk-7");
    given()
        .header("X-Request-Id", "no good\"")
        .get("/q/health/live")
        .then()
        .header("X-Request-Id", matchesPattern("[0-9a-f-]{36}"));
  }

  @Test
  void request_foreignHostName_isForbidden() {
    given()
        .header("Host", "rebound.example.org")
        .get("/api/campaigns")
        .then()
        .statusCode(403)
        .contentType("application/problem+json")
        .body("detail", containsString("localhost only"));
  }

  @Test
  void request_unknownPath_problemWithNotFound() {
    given()
        .get("/api/nothing")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:flipside:problem:not-found"));
  }
}
