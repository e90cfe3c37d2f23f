package dev.flipside.api.job;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.flipside.api.TestData;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class JobResourceTest {
  @Inject CampaignStore store;

  /** A campaign beside the service, which would put its pool in order at once. */
  private String campaign() {
    CampaignPlan plan =
        new CampaignPlan(
            "j",
            Path.of("pool"),
            "folder",
            null,
            ClassMap.unnamed(3),
            new GridSpec.Counts(2, 3),
            CampaignPlan.UNLIMITED,
            "flip-entropy");
    return store.create(plan).id();
  }

  @Test
  void cancel_waiting_isCancelledAndListed() {
    // The first request takes long, and the worker looks for jobs every few seconds.
    given().delete("/api/jobs/none").then().statusCode(404);
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
