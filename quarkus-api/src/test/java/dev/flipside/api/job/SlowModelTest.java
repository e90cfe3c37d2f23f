package dev.flipside.api.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A slow model holds the service no longer than it is allowed to. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(SlowModelTest.ShortTimeout.class)
class SlowModelTest {
  private static final Set<String> ENDED = Set.of("DONE", "FAILED", "CANCELLED");

  /** Three seconds for an image. */
  public static class ShortTimeout implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("flipside.scoring.image-timeout", "3s");
    }
  }

  private static String score(String model) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"name\":\"s\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"" + model + "\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("scoring.id");
  }

  private static JsonPath await(String job, Set<String> states) throws InterruptedException {
    for (int i = 0; i < 400; i++) {
      JsonPath seen = given().get("/api/jobs/" + job).jsonPath();
      if (states.contains(seen.getString("state"))) {
        return seen;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("job " + job + ": " + given().get("/api/jobs/" + job).asString());
  }

  @Test
  void cancel_inTheMiddleOfAnImage_endsTheRunAndFreesTheWorker() throws Exception {
    String slow = score("slow.onnx");
    await(slow, Set.of("RUNNING"));

    given().delete("/api/jobs/" + slow).then().statusCode(200);

    assertThat(await(slow, ENDED).getString("state")).isEqualTo("CANCELLED");
    assertThat(await(score("first.onnx"), ENDED).getString("state")).isEqualTo("DONE");
  }

  @Test
  void score_slowerThanAllowed_failsTheJobAndFreesTheWorker() throws Exception {
    JsonPath slow = await(score("slow.onnx"), ENDED);

    assertThat(slow.getString("state")).isEqualTo("FAILED");
    assertThat(slow.getString("error")).contains("more than PT3S for an image", "given up");
    assertThat(await(score("second.onnx"), ENDED).getString("state")).isEqualTo("DONE");
    given().get("/q/health/ready").then().statusCode(200);
  }
}
