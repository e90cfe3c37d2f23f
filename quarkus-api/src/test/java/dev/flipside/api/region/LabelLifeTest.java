package dev.flipside.api.region;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import dev.flipside.api.access.SecurityTest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ada and ben are annotators, olga is an operator. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(SecurityTest.WithKeys.class)
class LabelLifeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private String campaign = "";
  private String region = "";

  private static RequestSpecification as(String name) {
    return given().header("X-Api-Key", name + "'s key");
  }

  private static ValidatableResponse post(String name, String path, String body) {
    return as(name).contentType(ContentType.JSON).body(body).post(path).then();
  }

  private static ValidatableResponse label(String name, String path, String version, int id) {
    RequestSpecification request =
        as(name).contentType("image/png").body(TestData.label(20, 20, id));
    return (version.isEmpty() ? request : request.header("If-Match", version)).put(path).then();
  }

  /** A region of a new campaign that ada has labelled with class 1. */
  @BeforeEach
  void label() {
    String id =
        post(
                "olga",
                "/api/campaigns",
                "{\"name\":\"life\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3}")
            .statusCode(201)
            .extract()
            .path("id");
    campaign = "/api/campaigns/" + id;
    String link =
        post("ada", campaign + "/selections", "{\"k\":2}")
            .statusCode(201)
            .extract()
            .path("regions[0].links.label");
    label("ada", link, "", 1).statusCode(200);
    region = link.substring(0, link.indexOf("/label"));
  }

  private int classOf(String path) throws IOException {
    byte[] png =
        as("ben").get(path).then().statusCode(200).contentType("image/png").extract().asByteArray();
    byte[] ids = TestData.decodeLabel(png).ids();
    assertThat(ids).hasSize(400).containsOnly(ids[0]);
    return ids[0];
  }

  private List<JsonNode> stream(long after) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    String text =
        as("olga")
            .get(campaign + "/labels?after=" + after)
            .then()
            .statusCode(200)
            .extract()
            .asString();
    for (String line : text.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void label_read_isWhatWasSent() throws IOException {
    assertThat(classOf(region + "/label")).isEqualTo(1);
    as("ada").get(region + "/label").then().header("ETag", "\"1\"");
    as("ada").get(region + "/label?version=0").then().statusCode(400);
    as("ada")
        .get(region + "/label?version=2")
        .then()
        .statusCode(404)
        .body("detail", containsString("lists the versions"));
  }

  @Test
  void correct_byItsAnnotatorAndAnOperator_isTheLabelAndTheOthersStayReadable() throws IOException {
    label("ada", region + "/label", "\"1\"", 2).statusCode(200).body("annotator", equalTo("ada"));
    label("olga", region + "/label", "*", 0).statusCode(200).body("annotator", equalTo("olga"));

    assertThat(classOf(region + "/label")).isZero();
    List<String> labels =
        as("ben")
            .get(region + "/history")
            .then()
            .statusCode(200)
            .body("events.event", equalTo(List.of("labelled", "corrected", "corrected")))
            .body("events.actor", equalTo(List.of("ada", "ada", "olga")))
            .body("events[0].annotator", nullValue())
            .body("events[2].annotator", equalTo("ada"))
            .extract()
            .path("events.label");
    for (int version = 0; version < 3; version++) {
      assertThat(classOf(labels.get(version))).isEqualTo(List.of(1, 2, 0).get(version));
    }
    List<JsonNode> changes = stream(1);
    assertThat(changes).hasSize(1).isEqualTo(stream(0));
    assertThat(TestData.decodeLabel(changes.get(0).get("png").binaryValue()).ids()).containsOnly(0);
    as("ada")
        .get(campaign + "/labels/annotators")
        .then()
        .body("annotators[0].annotator", equalTo("ada"))
        .body("annotators[0].labelled", equalTo(1))
        .body("annotators[0].corrected", equalTo(1))
        .body("annotators[1].annotator", equalTo("olga"))
        .body("annotators[1].corrected", equalTo(1));
  }

  @Test
  void correct_othersOrOutdatedOrAllIgnored_refusedAndNothingChanges() throws IOException {
    label("ben", region + "/label", "\"1\"", 2)
        .statusCode(403)
        .body("detail", containsString("only that annotator or an operator"));
    label("ada", region + "/label", "", 2).statusCode(409).body("state", equalTo("labelled"));
    label("ada", region + "/label", "\"7\"", 2)
        .statusCode(412)
        .body("type", equalTo("urn:flipside:problem:outdated"))
        .body("detail", containsString("read it again"));
    label("ada", region + "/label", "\"1\"", 255)
        .statusCode(422)
        .body("detail", containsString("skip"));
    assertThat(classOf(region + "/label")).isEqualTo(1);
    as("ada").get(region + "/history").then().body("events", hasSize(1));
  }

  @Test
  void reopen_byAnOperatorAlone_freesTheRegionAndTellsTheStream() throws IOException {
    post("ada", region + "/reopen", "{}").statusCode(403);
    post("olga", region + "/reopen", "{\"comment\":\" void \"}")
        .statusCode(200)
        .body("state", equalTo("UNLABELLED"));

    post("olga", region + "/reopen", "{}").statusCode(409).body("state", equalTo("unlabelled"));
    as("ada").get(region + "/label").then().statusCode(404);
    assertThat(stream(0)).as("a reader may have stored it").isEqualTo(stream(1)).hasSize(1);
    assertThat(stream(1).get(0).get("removed").asBoolean()).isTrue();
    assertThat(stream(1).get(0).has("png")).isFalse();
    as("ada")
        .get(region + "/history")
        .then()
        .body("events[1].event", equalTo("reopened"))
        .body("events[1].comment", equalTo("void"))
        .body("events[1].label", nullValue());
    label("ada", region + "/label", "*", 2).statusCode(412);
    as("olga").get(campaign + "/progress").then().body("labelled", equalTo(0));
  }

  @Test
  void sendBack_withComment_waitsForItsAnnotatorAndIsLabelledAnew() throws IOException {
    post("ada", region + "/label/send-back", "{\"comment\":\"no\"}").statusCode(403);
    post("olga", region + "/label/send-back", "{\"comment\":\" \"}")
        .statusCode(400)
        .body("detail", containsString("comment"));
    post("olga", region + "/label/send-back", "{\"comment\":\"a cyclist is missing\"}")
        .statusCode(200)
        .body("state", equalTo("LEASED"))
        .body("annotator", equalTo("ada"));

    as("ben").get(campaign + "/selections").then().statusCode(200).body("selections", empty());
    String link =
        as("ada")
            .get(campaign + "/selections")
            .then()
            .statusCode(200)
            .body("selections", hasSize(2))
            .extract()
            .path("selections.find { it.strategy == 'sent-back' }.regions[0].links.label");
    assertThat(link).startsWith(region + "/label?selection=");
    as("ada")
        .get(region + "/history")
        .then()
        .body("events[1].event", equalTo("sent-back"))
        .body("events[1].comment", equalTo("a cyclist is missing"));
    label("ada", link, "", 2).statusCode(200).body("state", equalTo("LABELLED"));
    assertThat(classOf(region + "/label")).isEqualTo(2);
    assertThat(stream(2)).hasSize(1);
    as("ada")
        .get(campaign + "/labels/annotators")
        .then()
        .body("annotators[0].labelled", equalTo(2))
        .body("annotators[0].sentBack", equalTo(1));
  }
}
