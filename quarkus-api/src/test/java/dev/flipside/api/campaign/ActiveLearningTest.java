package dev.flipside.api.campaign;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class ActiveLearningTest {
  private String campaign = "";

  @BeforeEach
  void create() {
    campaign =
        given()
            .contentType(ContentType.JSON)
            .body(
                "{\"name\":\"monai\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\",\"budget\":1}")
            .post("/api/campaigns")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
  }

  private ValidatableResponse next(String strategy, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post("/activelearning/" + strategy)
        .then();
  }

  @Test
  void next_strategyOfTheCampaign_leasesTheBestRegionThenNothing() {
    String body =
        "{\"client_id\":\"user-xyz\",\"campaign\":\"%s\",\"more\":[1]}".formatted(campaign);
    String selection =
        next("flip-entropy", body)
            .statusCode(200)
            .body("id", containsString("street/"))
            .body("region.rank", equalTo(1))
            .body("region.links.label", notNullValue())
            .body("ts", notNullValue())
            .extract()
            .path("selection");
    given()
        .get("/api/campaigns/" + campaign + "/selections/" + selection)
        .then()
        .body("annotator", equalTo("user-xyz"))
        .body("open", equalTo(1));
    next("flip-entropy", body).statusCode(200).body("$", anEmptyMap());
  }

  @Test
  void next_noBody_isFine() {
    given()
        .noContentType()
        .post("/activelearning/flip-entropy?campaign=" + campaign)
        .then()
        .statusCode(200)
        .body("campaign", equalTo(campaign));
  }

  @Test
  void next_unknownStrategyOrCampaign_saysWhatThereIs() {
    next("first", "{\"campaign\":\"" + campaign + "\"}")
        .statusCode(400)
        .body("detail", containsString("flip-entropy"));
    next("flip-entropy", "{\"campaign\":\"none\"}").statusCode(404);
    next("margin", "{\"campaign\":\"" + campaign + "\"}")
        .statusCode(409)
        .body("detail", containsString("never scored by margin"));
  }

  @Test
  void next_severalCampaignsOpen_oneMustBeNamed() {
    create();
    next("flip-entropy", "{}").statusCode(409).body("detail", containsString("are open"));
  }

  @Test
  void info_ofCampaign_labelsAndStrategies() {
    given()
        .get("/info/?campaign=" + campaign)
        .then()
        .statusCode(200)
        .body("labels[2]", equalTo("class 2"))
        .body("strategies", hasKey("flip-entropy"))
        .body("datastore.total", equalTo(TestData.IMAGES));
  }
}
