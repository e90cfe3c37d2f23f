package dev.flipside.api.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import dev.flipside.api.TestData;
import dev.flipside.models.domain.LabelMap;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class LabelPageTest extends PageTest {
  private static String campaign(String name) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            "{\"name\":\""
                + name
                + "\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private Page label(String campaign) {
    Page page = chromium.open(address + "#/campaigns/" + campaign + "/label");
    assertThat(page.getByText("0 of 24 labelled")).isVisible();
    assertThat(button(page, "Submit")).isEnabled();
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  /** The only label map of a campaign, by its export. */
  private static LabelMap exported(String campaign) throws IOException {
    byte[] zip =
        given()
            .get("/api/campaigns/" + campaign + "/export?format=masks")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry each = entries.getNextEntry(); each != null; each = entries.getNextEntry()) {
        if (each.getName().endsWith(".png")) {
          return TestData.decodeLabel(entries.readAllBytes());
        }
      }
    }
    throw new AssertionError("no label in the export");
  }

  private static long count(LabelMap map, int id) {
    long count = 0;
    for (byte each : map.ids()) {
      count += (each & 0xFF) == id ? 1 : 0;
    }
    return count;
  }

  @Test
  void campaign_createdByClicking_isScoredAndCanBeLabelled() {
    Page page = chromium.open(address);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New campaign")).click();
    page.locator("[name=name]").fill("by clicking");
    button(page, "pool/").click();
    button(page, "street/").click();
    assertThat(page.getByText("4 images here")).isVisible();
    page.locator("[name=grid]").fill("2x3");
    page.locator("[name=model]").fill("first.onnx");
    button(page, "Create").click();
    Locator card = page.locator("article", new Page.LocatorOptions().setHasText("by clicking"));
    assertThat(card.getByText("ready")).isVisible();
    card.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Label")).click();
    assertThat(page.getByText("0 of 24 labelled")).isVisible();
  }

  @Test
  void label_wholeRegionAndStrokeByMouse_arrivesPixelForPixel() throws IOException {
    String campaign = campaign("by mouse");
    Page page = label(campaign);
    page.keyboard().press("1");
    page.keyboard().press("w");
    page.keyboard().press("3");
    BoundingBox box = page.locator("canvas").boundingBox();
    double x = box.x + box.width / 2;
    double y = box.y + box.height / 2;
    page.mouse().move(x, y);
    page.mouse().down();
    page.mouse().move(x + 20, y);
    page.mouse().up();
    button(page, "Submit").click();
    assertThat(page.getByText("1 of 24 labelled")).isVisible();

    LabelMap label = exported(campaign);
    assertThat(count(label, 2)).isPositive();
    assertThat(count(label, 0) + count(label, 2)).isEqualTo(20 * 20);
    assertThat(count(label, 1)).isZero();
  }

  @Test
  void label_byKeyboardAlone_arrives() throws IOException {
    String campaign = campaign("by keyboard");
    Page page = label(campaign);
    page.keyboard().press("2");
    page.keyboard().press("w");
    page.keyboard().press("1");
    page.keyboard().press("Space");
    page.keyboard().press("z");
    page.keyboard().press("Enter");
    assertThat(page.getByText("1 of 24 labelled")).isVisible();
    assertThat(count(exported(campaign), 1)).isEqualTo(20 * 20);
  }

  @Test
  void label_predictionAccepted_isWhatTheModelPredicts() throws IOException {
    String campaign = campaign("accepted");
    Page page = label(campaign);
    page.keyboard().press("Enter");
    assertThat(page.getByText("1 of 24 labelled")).isVisible();
    LabelMap label = exported(campaign);
    assertThat(count(label, 0) + count(label, 1) + count(label, 2)).isEqualTo(20 * 20);
  }

  @Test
  void reload_inTheMiddle_bringsTheDraftBack() throws IOException {
    String campaign = campaign("reload");
    Page page = label(campaign);
    page.keyboard().press("3");
    page.keyboard().press("w");
    String image = page.locator(".name").textContent();
    String place = page.locator("header .soft").textContent();
    giveBackAll(page);
    page.reload();
    assertThat(page.getByText("Your draft of this region is restored.")).isVisible();
    assertThat(page.locator(".name").textContent()).isEqualTo(image);
    assertThat(page.locator("header .soft").textContent()).isEqualTo(place);
    page.keyboard().press("Enter");
    assertThat(page.getByText("1 of 24 labelled")).isVisible();
    assertThat(count(exported(campaign), 2)).isEqualTo(20 * 20);
  }

  @Test
  void lease_endedWhilePainting_asksForTheRegionAgainWithTheDraft() throws IOException {
    String campaign = campaign("ended");
    Page page = label(campaign);
    page.keyboard().press("3");
    page.keyboard().press("w");
    giveBackAll(page);
    page.keyboard().press("Enter");
    assertThat(page.locator(".message.bad")).containsText("kept as a draft");
    page.keyboard().press("Enter");
    assertThat(page.getByText("1 of 24 labelled")).isVisible();
    assertThat(count(exported(campaign), 2)).isEqualTo(20 * 20);
  }

  @Test
  void twoAnnotators_atOnce_labelDifferentRegions() {
    String campaign = campaign("two");
    Page ada = label(campaign);
    Page ben = label(campaign);
    assertThat(ada.locator("header .soft").textContent())
        .isNotEqualTo(ben.locator("header .soft").textContent());
  }

  @Test
  void everyView_lightAndDark_hasNoViolationOfAccessibility() {
    String campaign = campaign("axe");
    for (String path : List.of("", "#/new", "#/campaigns/" + campaign + "/label")) {
      Page page = chromium.open(address + path);
      page.waitForLoadState(LoadState.NETWORKIDLE);
      for (var scheme : ColorScheme.values()) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertThat(new AxeBuilder(page).analyze().getViolations())
            .as(path + " " + scheme)
            .isEmpty();
      }
    }
  }

  /** Gives back what this page has leased, as the end of the lease would. */
  private static void giveBackAll(Page page) {
    Object link = page.evaluate("document.querySelector('label-view').queue.selection.links.self");
    given().delete(String.valueOf(link)).then().statusCode(204);
  }
}
