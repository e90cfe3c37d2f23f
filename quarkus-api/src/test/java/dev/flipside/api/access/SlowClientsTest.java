package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients that send slowly, wait or listen lock nobody out. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(SlowClientsTest.FewPlaces.class)
class SlowClientsTest {
  private static final String LABEL = "/api/campaigns/none/regions/none/label";
  private static final List<String> HALF_SENT =
      List.of("Host: localhost", "Content-Type: image/png", "Content-Length: 100");

  /** Four places of each kind, of which a client gets two. */
  public static class FewPlaces implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "flipside.limits.concurrent-requests", "4",
          "flipside.limits.concurrent-uploads", "4",
          "flipside.limits.waiting-requests", "4",
          "flipside.limits.body-timeout", "3s");
    }
  }

  private static String campaign(String model) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"name\":\"s\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"" + model + "\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  @Test
  void bodies_halfSent_refuseFurtherOnesOfTheClientAndEndInTime() throws Exception {
    String label = "/api/campaigns/" + campaign("first.onnx") + "/regions/MC5wbmc.0.0/label";
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        slow.add(RawHttp.begin("PUT", label, HALF_SENT));
      }
      Response refused = until(429);
      refused
          .then()
          .contentType("application/problem+json")
          .header("Retry-After", equalTo("1"))
          .body("detail", containsString("concurrent-uploads"));
      given().get("/api/jobs").then().statusCode(200);
      for (Socket each : slow) {
        each.setSoTimeout(10_000);
        String answer =
            new String(each.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).startsWith("HTTP/1.1 408").contains("flipside.limits.body-timeout");
      }
    } finally {
      close(slow);
    }
    until(404);
  }

  @Test
  void streams_manyOfAClient_refuseFurtherOnesAndNothingElse() throws Exception {
    String job = given().get("/api/campaigns/" + campaign("slow.onnx")).path("scoring.links.self");
    List<Socket> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        Socket stream = RawHttp.begin("GET", job + "/events", List.of("Host: localhost"));
        stream.setSoTimeout(10_000);
        assertThat(stream.getInputStream().read()).isPositive();
        streams.add(stream);
      }
      given().get(job + "/events").then().statusCode(429);
      for (int i = 0; i < 10; i++) {
        given().get("/api/jobs").then().statusCode(200);
      }
    } finally {
      close(streams);
      given().delete(job).then().statusCode(200);
    }
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
  }

  /** Sends a label until the answer is that one; what was sent before may not have arrived yet. */
  private static Response until(int status) throws InterruptedException {
    Response answer = label();
    for (int i = 0; i < 100 && answer.statusCode() != status; i++) {
      Thread.sleep(20);
      answer = label();
    }
    assertThat(answer.statusCode()).isEqualTo(status);
    return answer;
  }

  private static Response label() {
    return given().contentType("image/png").body(new byte[] {1}).put(LABEL);
  }
}
