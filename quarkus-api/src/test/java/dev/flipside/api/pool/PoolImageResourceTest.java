package dev.flipside.api.pool;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class PoolImageResourceTest {
  private String campaign = "";

  private static ValidatableResponse post(String path, String body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }

  @BeforeEach
  void create() {
    campaign =
        "/api/campaigns/"
            + post(
                    "/api/campaigns",
                    "{\"name\":\"pool\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
                .statusCode(201)
                .extract()
                .<String>path("id");
  }

  private JsonPath select(int k) {
    return post(campaign + "/selections", "{\"k\":" + k + ",\"annotator\":\"ada\"}")
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  private ValidatableResponse images(String query) {
    return given().get(campaign + "/images?sort=score" + query).then().statusCode(200);
  }

  private ValidatableResponse names() {
    return given().get(campaign + "/images?sort=name").then().statusCode(200);
  }

  @Test
  void list_scored_isByBestScoreAndPaged() {
    JsonPath selection = select(24);
    JsonPath all = images("").body("total", equalTo(4)).extract().jsonPath();
    List<Float> scores = all.getList("images.score", Float.class);
    assertThat(scores).hasSize(4).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(scores.get(0)).isEqualTo(selection.getFloat("regions[0].score"));
    assertThat(all.getString("images[0].name")).isEqualTo(selection.getString("regions[0].image"));
    assertThat(all.getString("strategy")).isEqualTo("flip-entropy");
    images("&offset=3&limit=2")
        .body("total", equalTo(4))
        .body("images", hasSize(1))
        .body("images[0].id", equalTo(all.getString("images[3].id")))
        .body("images[0].regions", equalTo(6))
        .body("images[0].height", equalTo(40));
    names().body("images[0].name", equalTo("street/0.png"));
    images("&minScore=" + scores.get(1)).body("total", equalTo(2));
    images("&maxScore=" + scores.get(2)).body("total", equalTo(2));
  }

  @Test
  void list_byState_followsLabelsLeasesAndSkips() {
    JsonPath selection = select(2);
    images("&state=labelled").body("total", equalTo(0));
    given()
        .contentType("image/png")
        .body(TestData.label(20, 20, 1))
        .put(selection.getString("regions[0].links.label"))
        .then()
        .statusCode(200);
    images("&state=labelled")
        .body("total", equalTo(1))
        .body("images[0].name", equalTo(selection.getString("regions[0].image")));
    post(selection.getString("regions[1].links.skip"), "").statusCode(200);
    images("&state=skipped")
        .body("images[0].name", equalTo(selection.getString("regions[1].image")));
    images("&state=leased").body("total", equalTo(0));
  }

  @Test
  void list_notScoredYet_isWithoutScores() {
    campaign =
        "/api/campaigns/"
            + post(
                    "/api/campaigns",
                    "{\"name\":\"cold\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3}")
                .statusCode(201)
                .extract()
                .<String>path("id");
    select(1);
    images("").body("strategy", equalTo("spread")).body("total", equalTo(4));
  }

  @ParameterizedTest
  @CsvSource({
    "sort=size, 'expected score, name or state'",
    "'state=labelled,lost', 'state: \"lost\"'",
    "offset=-1, offset",
    "limit=501, limit",
    "minScore=NaN, minScore"
  })
  void list_badQuery_saysWhatIsWrong(String query, String detail) {
    given()
        .get(campaign + "/images?" + query)
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString(detail));
  }

  @Test
  void regions_ofAnImage_haveScoresStatesAndLinks() {
    JsonPath selection = select(1);
    String region = selection.getString("regions[0].id");
    given()
        .contentType("image/png")
        .body(TestData.label(20, 20, 1))
        .put(selection.getString("regions[0].links.label"))
        .then()
        .statusCode(200);
    String image = region.substring(0, region.indexOf('.'));
    JsonPath regions =
        given()
            .get(campaign + "/images/" + image + "/regions")
            .then()
            .statusCode(200)
            .body("height", equalTo(40))
            .body("regions", hasSize(6))
            .body("regions[5].row", equalTo(1))
            .body("regions[5].x", equalTo(40))
            .extract()
            .jsonPath();
    String found = "regions.find { it.id == '" + region + "' }.";
    assertThat(regions.getString(found + "state")).isEqualTo("LABELLED");
    assertThat(regions.getString(found + "annotator")).isEqualTo("ada");
    assertThat(regions.getFloat(found + "score")).isEqualTo(selection.getFloat("regions[0].score"));
    given().get(regions.getString(found + "links.label")).then().statusCode(200);
    given().get(regions.getString(found + "links.history")).then().statusCode(200);
    post(regions.getString(found + "links.reopen"), "{}").statusCode(200);
    given()
        .get(campaign + "/images/" + image + "/regions")
        .then()
        .body(found + "state", equalTo("UNLABELLED"))
        .body(found + "links.label", nullValue());
    given().get(campaign + "/images/bm9uZQ/regions").then().statusCode(404);
  }

  @Test
  void thumbnail_smallImage_isNotEnlarged() {
    JsonPath all = images("").extract().jsonPath();
    given()
        .header("Accept", "image/png")
        .get(all.getString("images[0].links.thumbnail"))
        .then()
        .statusCode(200)
        .contentType("image/png")
        .header("ETag", containsString("\""));
  }

  @Test
  void delete_campaign_isGoneAndItsPlanForgotten() {
    select(1);
    given().delete(campaign).then().statusCode(204);
    given().get(campaign).then().statusCode(404);
    post(campaign + "/selections", "{\"k\":1}").statusCode(404);
    given().delete(campaign).then().statusCode(404);
  }

  @Test
  void delete_agentTrains_isRefusedAndStaysOpen() {
    select(1);
    post(campaign + "/rounds", "{\"agent\":\"a\"}").statusCode(201);
    given()
        .delete(campaign)
        .then()
        .statusCode(409)
        .body("detail", containsString("agent a trains on it"));
    given().get(campaign).then().statusCode(200).body("closed", nullValue());
  }
}
