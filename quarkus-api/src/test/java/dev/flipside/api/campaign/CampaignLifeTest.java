package dev.flipside.api.campaign;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.flipside.api.TestData;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.RegionId;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.TopRegions;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class CampaignLifeTest {
  private static final String FIELDS =
      "{\"name\":\"test\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"%s}";

  @TestData.Root
  @SuppressWarnings("NullAway.Init") // set by TestData
  Path root;

  private static ValidatableResponse post(String path, String body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }

  private static String create(String more) {
    return post("/api/campaigns", FIELDS.formatted(more)).statusCode(201).extract().path("id");
  }

  private static JsonPath select(String campaign, String body) {
    return post("/api/campaigns/" + campaign + "/selections", body)
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  private static ValidatableResponse label(String link, byte[] png) {
    return given().contentType("image/png").body(png).put(link).then();
  }

  @Test
  void create_withModel_showsCampaignAndItsScoring() {
    String id =
        post("/api/campaigns", FIELDS.formatted(",\"budgetFraction\":0.5"))
            .statusCode(201)
            .header("Location", containsString("/api/campaigns/"))
            .body("name", equalTo("test"))
            .body("pool", endsWith("/pool"))
            .body("grid", equalTo("2x3"))
            .body("strategy", equalTo("flip-entropy"))
            .body("classes.classes", hasSize(3))
            .body("classes.ignoreIndex", equalTo(255))
            .body("progress.images", equalTo(TestData.IMAGES))
            .body("progress.budget", equalTo(12))
            .body("scoring.model", startsWith("sha256:"))
            .extract()
            .path("id");
    given().get("/api/campaigns").then().statusCode(200).body("campaigns.id", hasItem(id));
    given().get("/api/campaigns/" + id).then().statusCode(200).body("id", equalTo(id));
  }

  @Test
  void select_bestOfPool_asPoolScorerRanksThem() {
    JsonPath selection = select(create(""), "{\"k\":10}");
    List<RegionId> expected = ranked(10, "first.onnx").stream().map(SelectedRegion::id).toList();
    assertThat(
            IntStream.range(0, 10)
                .mapToObj(
                    at ->
                        new RegionId(
                            selection.getString("regions[" + at + "].image"),
                            selection.getInt("regions[" + at + "].row"),
                            selection.getInt("regions[" + at + "].col"))))
        .isEqualTo(expected);
    assertThat(selection.getFloat("regions[0].score"))
        .isEqualTo(ranked(1, "first.onnx").get(0).score());
    assertThat(selection.getInt("regions[0].height")).isEqualTo(20);
    assertThat(selection.getString("shortfall")).isEqualTo("none");
    assertThat(selection.getInt("open")).isEqualTo(10);
    assertThat(selection.getString("annotator")).isEqualTo("local");
  }

  /** The resizing graph itself is tested against loops in the scorer. */
  @Test
  void select_modelTrainedAtAnotherSize_seesImagesAtThatSize() {
    String id =
        post("/api/campaigns", FIELDS.formatted("").replace("first", "trained-small"))
            .statusCode(201)
            .extract()
            .path("id");
    JsonPath selection = select(id, "{\"k\":24}");
    List<Float> scores = selection.getList("regions.score", Float.class);
    List<SelectedRegion> expected = ranked(24, "trained-small.onnx");
    for (int at = 0; at < 24; at++) {
      assertThat(scores.get(at)).isCloseTo(expected.get(at).score(), within(1e-5f));
    }
    assertThat(scores.get(0)).isNotCloseTo(ranked(1, "first.onnx").get(0).score(), within(1e-2f));
  }

  private List<SelectedRegion> ranked(int k, String model) {
    OnnxModelFile file = OnnxModelFile.read(root.resolve(model));
    TopRegions top = new TopRegions(k);
    List<RegionScores> all = new ArrayList<>();
    new PoolScorer(
            new LoadedModel(file, file.card().orElseThrow(), List.of()).atTrainedSize(),
            ScoringOptions.of(new GridSpec.Counts(2, 3), Acquisition.FLIP_ENTROPY))
        .score(
            Pool.ofFolder(root.resolve("pool")),
            result -> all.add((RegionScores) result),
            Progress.NONE);
    all.forEach(top::offer);
    return top.ranked();
  }

  @Test
  void select_twice_neverTheSameRegion() {
    String campaign = create("");
    List<String> first = select(campaign, "{\"k\":9}").getList("regions.id");
    List<String> second = select(campaign, "{\"k\":9}").getList("regions.id");
    assertThat(first).hasSize(9).doesNotContainAnyElementsOf(second);
    assertThat(second).hasSize(9);
  }

  @Test
  void select_sameIdempotencyKey_sameSelection() {
    String path = "/api/campaigns/" + create("") + "/selections";
    List<String> ids =
        IntStream.range(0, 2)
            .mapToObj(
                time ->
                    given()
                        .contentType(ContentType.JSON)
                        .header("Idempotency-Key", "one")
                        .body("{\"k\":2}")
                        .post(path)
                        .then()
                        .statusCode(201)
                        .extract()
                        .<String>path("id"))
            .toList();
    assertThat(ids.get(0)).isEqualTo(ids.get(1));
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "one")
        .body("{\"k\":3}")
        .post(path)
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:flipside:problem:idempotency-mismatch"));
  }

  @Test
  void select_poolUsedUp_isAnAnswer() {
    String campaign = create("");
    assertThat(select(campaign, "{\"k\":30}").getString("shortfall")).isEqualTo("no-free-region");
    post("/api/campaigns/" + campaign + "/selections", "{\"k\":1}")
        .statusCode(200)
        .body("regions", empty())
        .body("shortfall", equalTo("no-free-region"));
  }

  @Test
  void select_budgetSpent_isAnAnswer() {
    String campaign = create(",\"budget\":2");
    JsonPath selection = select(campaign, "{\"k\":5}");
    assertThat(selection.getList("regions")).hasSize(2);
    assertThat(selection.getString("shortfall")).isEqualTo("budget-spent");
  }

  @Test
  void select_withoutModel_isSpreadOverThePoolUntilAModelHasScoredIt() {
    String campaign =
        post(
                "/api/campaigns",
                "{\"name\":\"later\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3}")
            .statusCode(201)
            .extract()
            .path("id");
    JsonPath first = select(campaign, "{\"k\":4}");
    assertThat(first.getString("strategy")).isEqualTo("spread");
    assertThat(first.getList("regions.image")).doesNotHaveDuplicates().hasSize(4);
    post("/api/campaigns/" + campaign + "/selections", "{\"k\":1,\"strategy\":\"margin\"}")
        .statusCode(409)
        .body("type", equalTo("urn:flipside:problem:not-scored"))
        .body("detail", containsString("/scorings first"));
    given().get("/api/campaigns/" + campaign + "/images/MC5wbmc/prediction").then().statusCode(404);
    String job =
        post("/api/campaigns/" + campaign + "/scorings", "{\"model\":\"second.onnx\"}")
            .statusCode(202)
            .header("Location", containsString("/api/jobs/"))
            .extract()
            .path("id");
    given().get("/api/jobs/" + job + "/events").then().statusCode(200);
    assertThat(select(campaign, "{\"k\":1}").getString("strategy")).isEqualTo("flip-entropy");
  }

  @Test
  void label_regionSized_isKept() {
    String campaign = create("");
    JsonPath selection = select(campaign, "{\"k\":2,\"annotator\":\"ada\"}");
    String link = selection.getString("regions[0].links.label");
    label(link, TestData.label(20, 20, 1))
        .statusCode(200)
        .body("state", equalTo("LABELLED"))
        .body("annotator", equalTo("ada"));
    given()
        .get("/api/campaigns/" + campaign + "/progress")
        .then()
        .body("labelled", equalTo(1))
        .body("leased", equalTo(1))
        .body("remaining", equalTo(22));
    label(link, TestData.label(20, 20, 2))
        .statusCode(409)
        .body("type", equalTo("urn:flipside:problem:region-state"))
        .body("state", equalTo("labelled"));
  }

  @Test
  void label_imageSized_isCutToTheRegion() {
    JsonPath selection = select(create(""), "{\"k\":1}");
    label(selection.getString("regions[0].links.label"), TestData.label(40, 60, 1)).statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "20, 21, 1, 422, expected 20x20 (the region) or 40x60 (its image)",
    "20, 20, 3, 422, 'holds id 3, expected 0 to 2'"
  })
  void label_unusable_isRefusedAndNothingChanges(
      int height, int width, int id, int status, String detail) {
    String campaign = create("");
    JsonPath selection = select(campaign, "{\"k\":1}");
    label(selection.getString("regions[0].links.label"), TestData.label(height, width, id))
        .statusCode(status)
        .body("detail", containsString(detail))
        .body("detail", not(containsString("upload")));
    given()
        .get("/api/campaigns/" + campaign + "/regions/" + selection.getString("regions[0].id"))
        .then()
        .body("state", equalTo("LEASED"));
  }

  @Test
  void label_noPng_isRefused() {
    JsonPath selection = select(create(""), "{\"k\":1}");
    label(selection.getString("regions[0].links.label"), new byte[] {1, 2, 3}).statusCode(422);
  }

  @Test
  void label_jpeg_isRefused() throws IOException {
    BufferedImage grey = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    assertThat(ImageIO.write(grey, "jpg", jpeg)).isTrue();
    JsonPath selection = select(create(""), "{\"k\":1}");

    label(selection.getString("regions[0].links.label"), jpeg.toByteArray())
        .statusCode(422)
        .body("detail", containsString("compressed with loss (JPEG)"));
  }

  @Test
  void label_notLeased_conflictWithState() {
    String campaign = create("");
    String id = select(campaign, "{\"k\":1}").getString("regions[0].id");
    String other = RegionPathSegment.of(new RegionId("street/1.png", 0, 0));
    String free =
        other.equals(id) ? RegionPathSegment.of(new RegionId("street/1.png", 0, 1)) : other;
    label("/api/campaigns/" + campaign + "/regions/" + free + "/label", TestData.label(20, 20, 1))
        .statusCode(409)
        .body("state", equalTo("unlabelled"));
  }

  @Test
  void label_notLeasedAndNoPng_conflictWithState() {
    String campaign = create("");
    String id = select(campaign, "{\"k\":1}").getString("regions[0].id");
    String other = RegionPathSegment.of(new RegionId("street/1.png", 0, 0));
    String free =
        other.equals(id) ? RegionPathSegment.of(new RegionId("street/1.png", 0, 1)) : other;
    label("/api/campaigns/" + campaign + "/regions/" + free + "/label", new byte[] {1, 2, 3})
        .statusCode(409)
        .body("state", equalTo("unlabelled"));
  }

  @Test
  void label_foreignRegion_conflict() {
    String campaign = create("");
    String id = select(campaign, "{\"k\":1,\"annotator\":\"ada\"}").getString("regions[0].id");
    label("/api/campaigns/" + campaign + "/regions/" + id + "/label", TestData.label(20, 20, 1))
        .statusCode(409)
        .body("detail", containsString("leased to ada"));
  }

  @Test
  void skip_leased_neverHandedOutAgain() {
    String campaign = create("");
    JsonPath selection = select(campaign, "{\"k\":1}");
    post(selection.getString("regions[0].links.skip"), "")
        .statusCode(200)
        .body("state", equalTo("SKIPPED"));
    assertThat(select(campaign, "{\"k\":30}").getList("regions.id"))
        .hasSize(23)
        .doesNotContain(selection.getString("regions[0].id"));
  }

  @Test
  void giveBack_regionsAreFreeAgain() {
    String campaign = create("");
    JsonPath first = select(campaign, "{\"k\":3}");
    String self = first.getString("links.self");
    given().delete(self).then().statusCode(204);
    given().delete(self).then().statusCode(204);
    given().get(self).then().statusCode(200).body("open", equalTo(0));
    assertThat(select(campaign, "{\"k\":3}").getList("regions.id"))
        .isEqualTo(first.getList("regions.id"));
    post(self + "/renew", "{}").statusCode(409);
  }

  @Test
  void renew_open_lastsLonger() {
    JsonPath first = select(create(""), "{\"k\":1,\"leaseSeconds\":60}");
    String renewed =
        post(first.getString("links.renew"), "{\"leaseSeconds\":3600}")
            .statusCode(200)
            .extract()
            .path("expires");
    assertThat(Instant.parse(renewed))
        .isAfter(Instant.parse(first.getString("expires")).plusSeconds(3000));
  }

  @Test
  void close_campaign_handsOutNothingButTakesLabels() {
    String campaign = create("");
    String link = select(campaign, "{\"k\":1}").getString("regions[0].links.label");
    post("/api/campaigns/" + campaign + "/close", "")
        .statusCode(200)
        .body("closed", notNullValue());
    post("/api/campaigns/" + campaign + "/selections", "{\"k\":1}")
        .statusCode(200)
        .body("shortfall", equalTo("closed"));
    post("/api/campaigns/" + campaign + "/scorings", "{\"model\":\"first.onnx\"}")
        .statusCode(409)
        .body("type", equalTo("urn:flipside:problem:campaign-closed"));
    label(link, TestData.label(20, 20, 0)).statusCode(200);
  }

  @Test
  void scoring_brokenImage_isListedAndOthersAreScored() {
    String campaign =
        post(
                "/api/campaigns",
                "{\"name\":\"b\",\"pool\":\"broken\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
            .statusCode(201)
            .extract()
            .path("id");
    assertThat(select(campaign, "{\"k\":12}").getList("regions")).hasSize(12);
    given()
        .get("/api/campaigns/" + campaign)
        .then()
        .body("progress.scoredImages", equalTo(2))
        .body("scoring.state", equalTo("DONE"))
        .body("scoring.failedImages", equalTo(1))
        .body("scoring.failures[0].image", equalTo("torn.png"));
  }

  @Test
  void create_list_onlyItsImages() {
    given()
        .get("/api/campaigns/" + create(",\"list\":\"two.txt\""))
        .then()
        .body("progress.images", equalTo(2));
  }

  @Test
  void job_events_endWithTheJob() {
    String campaign = create("");
    String job = given().get("/api/campaigns/" + campaign).then().extract().path("scoring.id");
    String events =
        given()
            .get("/api/jobs/" + job + "/events")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/event-stream"))
            .extract()
            .asString();
    assertThat(events).contains("\"state\":\"DONE\"").endsWith("}\n\n");
    given().get("/api/jobs").then().body("jobs.id", hasItem(job));
    given().delete("/api/jobs/" + job).then().statusCode(200).body("state", equalTo("DONE"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|400|must not be blank",
        "{\"name\":\"x\",\"pool\":\"pool\",\"model\":\"first.onnx\"}|400|either \"grid\"",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"5\",\"classes\":3}|400|ROWSxCOLS",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"0x5\",\"classes\":3}|400|at least 1 row",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\"}|400|give \"classes\"",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":0}|400|1 to 255",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":\"/etc/passwd\"}|403|roots",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":4,\"model\":\"first.onnx\"}|422|knows 3",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"two.txt\"}|422|",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"sha256:0\"}|404|lists all models",
        "{\"name\":\"x\",\"pool\":\"nowhere\",\"grid\":\"2x3\",\"classes\":3}|403|--root",
        "{\"name\":\"x\",\"pool\":\"../elsewhere\",\"grid\":\"2x3\",\"classes\":3}|403|--root",
        "{\"name\":\"x\",\"pool\":\"links\",\"grid\":\"2x3\",\"classes\":3}|403|link that leaves",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3,\"strategy\":\"best\"}|400|expected one of",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3,\"budgetFraction\":0.001}|400|less than one",
        "{\"name\":\"x\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3,\"budgetFraction\":1.5}|400|budgetFraction",
        "{\"name\":\"x\",\"pool\":\"pool\",\"gird\":\"2x3\"}|400|unknown member \"gird\"",
        "{\"name\":\"x\",|400|not valid JSON",
        "[1]|400|JSON type"
      })
  void create_badRequest_saysWhatIsWrong(String body, int status, String detail) {
    post("/api/campaigns", body)
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", is(status))
        .body("detail", containsString(detail == null ? "" : detail))
        .body("requestId", notNullValue());
  }

  @ParameterizedTest
  @CsvSource({
    "{\"k\":0}, 400, k:",
    "{\"k\":1001}, 400, max-regions",
    "{}, 400, k:",
    "'{\"k\":1,\"leaseSeconds\":100000}', 400, longest-lease",
    "'{\"k\":1,\"strategy\":\"best\"}', 400, expected one of",
    "'{\"k\":1,\"strategy\":\"margin\"}', 409, was never scored by margin"
  })
  void select_badRequest_saysWhatIsWrong(String body, int status, String detail) {
    post("/api/campaigns/" + create("") + "/selections", body)
        .statusCode(status)
        .body("detail", containsString(detail));
  }

  @Test
  void unknownIds_areNotFound() {
    String campaign = create("");
    Map<String, String> paths =
        Map.of(
            "/api/campaigns/none",
            "Campaign",
            "/api/campaigns/none/progress",
            "Campaign",
            "/api/jobs/none",
            "Job",
            "/api/models/none",
            "Model",
            "/api/campaigns/" + campaign + "/selections/none",
            "Selection",
            "/api/campaigns/" + campaign + "/regions/none",
            "Region");
    paths.forEach(
        (path, what) ->
            given().get(path).then().statusCode(404).body("detail", containsString(what)));
    post("/api/campaigns/none/selections", "{\"k\":1}").statusCode(404);
  }
}
