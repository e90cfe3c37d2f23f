package dev.flipside.api.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class ProgressPageTest extends PageTest {
  @TestData.Root
  @SuppressWarnings("NullAway.Init") // injected
  Path root;

  /** A campaign without model. */
  private static String campaign() {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"name\":\"learning\",\"pool\":\"pool\",\"grid\":\"2x3\",\"classes\":3}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static void round(String campaign, int number, String state, String training) {
    String path = "/api/campaigns/" + campaign + "/rounds";
    given().contentType(ContentType.JSON).body("{\"agent\":\"a\"}").post(path);
    given()
        .contentType(ContentType.JSON)
        .body("{\"agent\":\"a\",\"state\":\"" + state + "\",\"training\":{" + training + "}}")
        .put(path + "/" + number)
        .then()
        .statusCode(200);
  }

  private static final String LOSSES =
      "\"losses\":[{\"crossEntropy\":2.5,\"consistency\":0.25,\"total\":2.75},"
          + "{\"crossEntropy\":1.5,\"consistency\":0.125,\"total\":1.625}]";

  private Page open(String campaign) {
    return chromium.open(address + "#/campaigns/" + campaign + "/progress");
  }

  @Test
  void progress_noRoundYet_saysWhatIsMissing() {
    String campaign = campaign();
    Page page = open(campaign);
    assertThat(page.getByText("Nothing is trained yet.")).isVisible();
    assertThat(page.getByText("No region is labelled yet.")).isVisible();
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Label")).click();
    assertThat(page.getByText("0 of 24 labelled")).isVisible();
    assertThat(page.getByText("one of the first")).isVisible();
  }

  @Test
  void progress_roundsAndATrainingInProgress_areShownAndFollowed() {
    String campaign = campaign();
    round(campaign, 1, "DONE", "\"labels\":10,\"miou\":0.25,\"iou\":[0.5,null,0]," + LOSSES);
    round(
        campaign,
        2,
        "DONE",
        "\"labels\":30,\"miou\":0.5,\"previousMiou\":0.375,\"iou\":[0.75,null,0.25]," + LOSSES);
    round(
        campaign,
        3,
        "RUNNING",
        "\"labels\":50,\"pixels\":[300,100,0],\"trained\":40,\"heldOut\":10,\"step\":20,"
            + "\"steps\":80,\"note\":\"training\",\"secondsLeft\":30,"
            + LOSSES);
    Page page = open(campaign);

    assertThat(page.getByText("Training: step 20 of 80, 30 s left.")).isVisible();
    assertThat(page.getByText("+0.125 against the model before")).isVisible();
    assertThat(
            page.getByRole(
                AriaRole.IMG,
                new Page.GetByRoleOptions()
                    .setName("mIoU by labelled regions: 10 0.250, 30 0.500")))
        .isVisible();
    Locator row = page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName("class 0"));
    assertThat(row).containsText("75");
    assertThat(row).containsText("0.750");

    round(campaign, 3, "DONE", "\"labels\":50,\"miou\":0.625");
    assertThat(page.getByText("Done: mIoU 0.625.")).isVisible();
  }

  @Test
  void models_activatedAndRolledBack_showWhichIsActive() {
    for (String model : List.of("first.onnx", "second.onnx")) {
      given()
          .contentType("application/octet-stream")
          .body(root.resolve(model).toFile())
          .post("/api/models")
          .then()
          .statusCode(201);
    }
    Page page = chromium.open(address + "#/models");
    Locator active = page.locator("article", new Page.LocatorOptions().setHasText("active"));
    Locator buttons =
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Activate"));
    buttons.first().click();
    assertThat(active).hasCount(1);
    String first = active.getByRole(AriaRole.HEADING).textContent();
    buttons.first().click();
    assertThat(active.getByRole(AriaRole.HEADING)).not().hasText(first);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Roll back")).click();
    assertThat(active.getByRole(AriaRole.HEADING)).hasText(first);
    assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
  }

  /** Labels the first region that is asked for, then corrects its label. */
  private static void labelAndCorrect(String campaign) {
    String link =
        given()
            .contentType(ContentType.JSON)
            .body("{\"k\":1}")
            .post("/api/campaigns/" + campaign + "/selections")
            .then()
            .statusCode(201)
            .extract()
            .path("regions[0].links.label");
    for (boolean corrects : new boolean[] {false, true}) {
      var request = given().contentType("image/png").body(TestData.label(20, 20, 1));
      (corrects ? request.header("If-Match", "*") : request).put(link).then().statusCode(200);
    }
  }

  @Test
  void progress_labelledAndCorrected_showsFiguresOfTheAnnotator() {
    String campaign = campaign();
    labelAndCorrect(campaign);
    Locator row =
        open(campaign).getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName("local"));
    assertThat(row.getByRole(AriaRole.CELL).first()).hasText("1");
    assertThat(row.getByRole(AriaRole.CELL).nth(1)).hasText("1");
    assertThat(row.getByRole(AriaRole.CELL).nth(2)).hasText("0");
  }

  @Test
  void progress_phoneAndDesktopLightAndDark_hasNoViolationAndFits() {
    String campaign = campaign();
    labelAndCorrect(campaign);
    round(campaign, 1, "DONE", "\"labels\":10,\"miou\":0.25,\"pixels\":[3,2,1]," + LOSSES);
    round(campaign, 2, "RUNNING", "\"step\":1,\"steps\":9,\"note\":\"training\"," + LOSSES);
    Page page = open(campaign);
    assertThat(page.getByText("Training: step 1 of 9")).isVisible();
    for (int width : List.of(390, 1440)) {
      page.setViewportSize(width, 844);
      assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
      for (var scheme : ColorScheme.values()) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertThat(new AxeBuilder(page).analyze().getViolations())
            .as(width + " " + scheme)
            .isEmpty();
      }
    }
  }
}
