package dev.flipside.api.training;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import dev.flipside.models.domain.LabelMap;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class RoundResourceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestData.Root
  @SuppressWarnings("NullAway.Init") // injected
  Path root;

  private static String campaign() {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"name\":\"rounds\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static ValidatableResponse begin(String campaign, String agent) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"agent\":\"" + agent + "\"}")
        .post("/api/campaigns/" + campaign + "/rounds")
        .then();
  }

  private static ValidatableResponse report(String campaign, int round, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .put("/api/campaigns/" + campaign + "/rounds/" + round)
        .then();
  }

  @Test
  void round_reportedUntilDone_isListedWithWhatWasReported() throws IOException {
    String campaign = campaign();
    begin(campaign, "a")
        .statusCode(201)
        .header("Location", containsString("/rounds/1"))
        .body("number", equalTo(1))
        .body("state", equalTo("running"))
        .body("training.epoch", nullValue());
    report(
            campaign,
            1,
            "{\"agent\":\"a\",\"state\":\"RUNNING\",\"training\":{\"labels\":10,\"trained\":8,"
                + "\"heldOut\":2,\"pixels\":[5,0,7],\"epoch\":1,\"epochs\":3,\"secondsLeft\":2.5,"
                + "\"losses\":[{\"crossEntropy\":1.5,\"consistency\":0.25,\"total\":1.75}]}}")
        .statusCode(200)
        .body("training.losses[0].total", equalTo(1.75f));
    String model =
        given()
            .contentType("application/octet-stream")
            .body(Files.readAllBytes(root.resolve("second.onnx")))
            .put("/api/campaigns/" + campaign + "/rounds/1/model?agent=a")
            .then()
            .statusCode(200)
            .extract()
            .path("id");
    report(
            campaign,
            1,
            "{\"agent\":\"a\",\"state\":\"DONE\",\"training\":{\"miou\":0.5,\"iou\":[1,null,0],"
                + "\"model\":\""
                + model
                + "\"}}")
        .statusCode(200);
    given()
        .get("/api/campaigns/" + campaign + "/rounds")
        .then()
        .statusCode(200)
        .body("rounds.size()", equalTo(1))
        .body("rounds[0].state", equalTo("done"))
        .body("rounds[0].training.iou[1]", nullValue())
        .body("rounds[0].training.model", equalTo(model));
    begin(campaign, "b").statusCode(201).body("number", equalTo(2));
    given().get("/api/campaigns/" + campaign + "/rounds/3").then().statusCode(404);
    given().get("/api/campaigns/none/rounds").then().statusCode(404);
  }

  @Test
  void round_secondAgent_isRefusedAndSoIsItsModel() {
    String campaign = campaign();
    begin(campaign, "a").statusCode(201);
    begin(campaign, "b")
        .statusCode(409)
        .contentType("application/problem+json")
        .body("detail", containsString("agent a trains"));
    begin(campaign, "a").statusCode(201).body("number", equalTo(1));
    report(campaign, 1, "{\"agent\":\"b\",\"state\":\"DONE\",\"training\":{}}").statusCode(409);
    given()
        .contentType("application/octet-stream")
        .body(new byte[] {1})
        .put("/api/campaigns/" + campaign + "/rounds/1/model?agent=b")
        .then()
        .statusCode(409);
    given()
        .contentType("application/octet-stream")
        .body(new byte[] {1})
        .put("/api/campaigns/" + campaign + "/rounds/1/model?agent=a")
        .then()
        .statusCode(422);
  }

  @Test
  void begin_closedCampaign_isRefused() {
    String campaign = campaign();
    given().post("/api/campaigns/" + campaign + "/close").then().statusCode(200);
    begin(campaign, "a")
        .statusCode(409)
        .body("type", equalTo("urn:flipside:problem:campaign-closed"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"state\":\"DONE\",\"training\":{}}', agent",
    "'{\"agent\":\"a\",\"training\":{}}', state",
    "'{\"agent\":\"a\",\"state\":\"DONE\"}', training",
    "'{\"agent\":\"a\",\"state\":\"DONE\",\"training\":{\"miou\":1.5}}', training.miou",
    "'{\"agent\":\"a\",\"state\":\"DONE\",\"training\":{\"miou\":\"NaN\"}}', training.miou",
    "'{\"agent\":\"a\",\"state\":\"DONE\",\"training\":{\"pixels\":[-1]}}', training.pixels",
    "'{\"agent\":\"a\",\"state\":\"DONE\",\"training\":{\"best\":1}}', unknown member",
    "'{\"agent\":\"a\",\"leaseSeconds\":99999,\"state\":\"DONE\",\"training\":{}}', leaseSeconds"
  })
  void report_badRequest_saysWhatIsWrong(String body, String detail) {
    String campaign = campaign();
    begin(campaign, "a").statusCode(201);
    report(campaign, 1, body).statusCode(400).body("detail", containsString(detail));
  }

  @Test
  void labels_afterSomeAreKnown_areOnlyTheNewOnes() throws IOException {
    String campaign = campaign();
    JsonPath selection =
        given()
            .contentType(ContentType.JSON)
            .body("{\"k\":3,\"annotator\":\"ada\"}")
            .post("/api/campaigns/" + campaign + "/selections")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();
    for (int at = 0; at < 3; at++) {
      given()
          .contentType("image/png")
          .body(TestData.label(20, 20, at))
          .put(selection.getString("regions[" + at + "].links.label"))
          .then()
          .statusCode(200);
    }
    List<JsonNode> all = labels(campaign, 0);
    assertThat(all).extracting(each -> each.get("sequence").asInt()).containsExactly(1, 2, 3);
    assertThat(all.get(2).get("region").asText()).isEqualTo(selection.getString("regions[2].id"));
    assertThat(all.get(2).get("annotator").asText()).isEqualTo("ada");
    LabelMap label = TestData.decodeLabel(all.get(2).get("png").binaryValue());
    assertThat(label.ids()).containsOnly(2);
    assertThat(labels(campaign, 2)).isEqualTo(all.subList(2, 3));
    assertThat(labels(campaign, 3)).isEmpty();
    given()
        .get("/api/campaigns/" + campaign + "/labels/annotators")
        .then()
        .statusCode(200)
        .body("annotators[0].annotator", equalTo("ada"))
        .body("annotators[0].labelled", equalTo(3));
    given().get("/api/campaigns/" + campaign + "/labels?after=-1").then().statusCode(400);
    given().get("/api/campaigns/none/labels").then().statusCode(404);
  }

  private static List<JsonNode> labels(String campaign, long after) throws IOException {
    String lines =
        given()
            .get("/api/campaigns/" + campaign + "/labels?after=" + after)
            .then()
            .statusCode(200)
            .contentType("application/x-ndjson")
            .extract()
            .asString();
    List<JsonNode> labels = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      labels.add(JSON.readTree(line));
    }
    return labels;
  }
}
