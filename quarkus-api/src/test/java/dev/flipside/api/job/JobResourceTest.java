package dev.flipside.api.job;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.flipside.api.TestData;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Job;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class JobResourceTest {
  @Inject CampaignStore store;

  private static String campaign() {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"name\":\"j\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  @Test
  void cancel_waiting_isCancelledAndListed() {
    // Nobody tells the worker of a job that is noted beside the service.
    Job job =
        store
            .jobs()
            .create(
                ScoringJobs.KIND,
                campaign(),
                new ScoringJobRequest("sha256:0", "flip-entropy").toJson());

    given().delete("/api/jobs/" + job.id()).then().statusCode(200);

    given().get("/api/jobs/" + job.id()).then().statusCode(200).body("state", equalTo("CANCELLED"));
    given().get("/api/jobs").then().statusCode(200).body("jobs.id", hasItem(job.id()));
    given().delete("/api/jobs/" + job.id()).then().body("state", equalTo("CANCELLED"));
  }

  @Test
  void unknown_showWatchCancel_isNotFound() {
    given().get("/api/jobs/none").then().statusCode(404);
    given().get("/api/jobs/none/events").then().statusCode(404);
    given().delete("/api/jobs/none").then().statusCode(404).contentType("application/problem+json");
  }
}
