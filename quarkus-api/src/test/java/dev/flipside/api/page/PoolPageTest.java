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
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class PoolPageTest extends PageTest {
  private static ValidatableResponse post(String path, String body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }

  private static String campaign(String name) {
    return post(
            "/api/campaigns",
            "{\"name\":\""
                + name
                + "\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
        .statusCode(201)
        .extract()
        .path("id");
  }

  /** Labels the best region of a campaign as local with class 1, and returns its path. */
  private static String label(String campaign) {
    JsonPath selection =
        post("/api/campaigns/" + campaign + "/selections", "{\"k\":1}")
            .statusCode(201)
            .extract()
            .jsonPath();
    String link = selection.getString("regions[0].links.label");
    given()
        .contentType("image/png")
        .body(TestData.label(20, 20, 1))
        .put(link)
        .then()
        .statusCode(200);
    return link.substring(0, link.indexOf("/label"));
  }

  private Page open(String campaign) {
    Page page = chromium.open(address + "#/campaigns/" + campaign + "/pool");
    assertThat(page.getByText("4 images")).isVisible();
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator images(Page page) {
    return page.getByRole(AriaRole.LISTITEM).locator("a");
  }

  /** The region that is labelled, in the open image. */
  private static Locator labelled(Page page) {
    return page.locator("dialog .region.labelled");
  }

  @Test
  void gallery_sortedAndFiltered_showsWhatMatches() {
    String campaign = campaign("gallery");
    label(campaign);
    Page page = open(campaign);
    assertThat(images(page)).hasCount(4);
    assertThat(images(page).locator("img")).hasCount(4);

    button(page, "labelled").click();
    assertThat(page.getByText("1 image", new Page.GetByTextOptions().setExact(true))).isVisible();
    assertThat(images(page)).containsText("labelled");
    button(page, "labelled").click();
    page.getByLabel("Sort by").selectOption("name");
    assertThat(images(page).first()).containsText("street/0.png");
    page.getByLabel("Score from").fill("1000");
    page.getByLabel("Score from").press("Enter");
    assertThat(page.getByText("No image matches.")).isVisible();
  }

  @Test
  void image_byKeyboardAlone_isOpenedTurnedAndClosed() {
    Page page = open(campaign("keys"));
    page.getByLabel("Sort by").selectOption("name");
    assertThat(images(page).first()).containsText("street/0.png");
    images(page).first().focus();
    page.keyboard().press("ArrowRight");
    page.keyboard().press("Enter");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog.getByRole(AriaRole.HEADING).first()).hasText("street/1.png");
    page.keyboard().press("n");
    assertThat(dialog.getByRole(AriaRole.HEADING).first()).hasText("street/2.png");
    page.keyboard().press("Escape");
    assertThat(dialog).isHidden();
    assertThat(page.locator("a:focus")).containsText("street/2.png");
    page.keyboard().press("End");
    assertThat(page.locator("a:focus")).containsText("street/3.png");
  }

  @Test
  void image_labelSentBack_saysWhoLabelledItAndComesBackInTheLabelView() {
    String campaign = campaign("review");
    label(campaign);
    Page page = open(campaign);
    images(page).first().click();
    labelled(page).click();
    assertThat(page.locator("dialog .history")).containsText("local labelled");
    assertThat(button(page, "Send back")).isDisabled();
    page.getByLabel("Comment").fill("a cyclist is missing");
    button(page, "Send back").click();
    assertThat(page.locator("dialog .history")).containsText("a cyclist is missing");
    assertThat(labelled(page)).hasCount(0);
    page.keyboard().press("Escape");
    assertThat(images(page).first()).containsText("leased");

    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Label").setExact(true))
        .click();
    assertThat(page.getByText("local sent it back: a cyclist is missing")).isVisible();
    page.keyboard().press("Enter");
    assertThat(page.getByText("1 of 24 labelled")).isVisible();
  }

  @Test
  void image_labelCorrected_isReplacedAndTheHistorySaysSo() throws IOException {
    String campaign = campaign("correct");
    String region = label(campaign);
    Page page = open(campaign);
    images(page).first().click();
    labelled(page).click();
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Correct")).click();
    assertThat(page.getByText("This corrects the label of local.")).isVisible();
    page.keyboard().press("3");
    page.keyboard().press("w");
    page.keyboard().press("Enter");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Back to the image")).click();
    labelled(page).click();
    assertThat(page.locator("dialog .history")).containsText("local corrected");
    byte[] png = given().get(region + "/label").then().statusCode(200).extract().asByteArray();
    assertThat(TestData.decodeLabel(png).ids()).containsOnly(2);
  }

  @Test
  void image_regionReopened_isFree() {
    String campaign = campaign("reopen");
    String region = label(campaign);
    Page page = open(campaign);
    images(page).first().click();
    labelled(page).click();
    button(page, "Reopen").click();
    assertThat(page.locator("dialog .history")).containsText("local reopened");
    given().get(region + "/label").then().statusCode(404);
  }

  @Test
  void campaign_deleted_isGoneAfterConfirmation() {
    String campaign = campaign("to be deleted");
    label(campaign);
    Page page = chromium.open(address);
    Locator card = page.locator("article", new Page.LocatorOptions().setHasText("to be deleted"));
    Locator delete =
        card.getByRole(
            AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete to be deleted"));
    page.onceDialog(dialog -> dialog.dismiss());
    delete.click();
    given().get("/api/campaigns/" + campaign).then().statusCode(200);
    page.onceDialog(
        dialog -> {
          assertThat(dialog.message()).contains("its label");
          dialog.accept();
        });
    delete.click();
    assertThat(card).hasCount(0);
    given().get("/api/campaigns/" + campaign).then().statusCode(404);
  }

  @Test
  void pool_phoneAndDesktopLightAndDark_hasNoViolationAndFits() {
    String campaign = campaign("axe");
    label(campaign);
    Page page = open(campaign);
    for (boolean opened : new boolean[] {false, true}) {
      if (opened) {
        images(page).first().click();
        labelled(page).click();
        assertThat(page.locator("dialog .history")).isVisible();
      }
      for (int width : List.of(390, 1440)) {
        page.setViewportSize(width, 844);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        for (var scheme : ColorScheme.values()) {
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          assertThat(new AxeBuilder(page).analyze().getViolations())
              .as(opened + " " + width + " " + scheme)
              .isEmpty();
        }
      }
    }
  }
}
