package dev.flipside.api.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.flipside.api.TestData;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gallery of a pool of 100,000 images; nearly all of them have no file. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
class LargePoolPageTest extends PageTest {
  private static final int IMAGES = 100_000;
  private static final int AT_ONCE = 10_000;

  /** Scrolls for two seconds and returns the times between frames, sorted, in ms. */
  private static final String SCROLL =
      """
      async () => {
        const gallery = document.querySelector('.gallery');
        const times = [];
        let last = performance.now();
        for (const begin = last; last - begin < 2000; ) {
          gallery.scrollTop += 300;
          await new Promise(requestAnimationFrame);
          const now = performance.now();
          times.push(now - last);
          last = now;
        }
        return times.sort((a, b) => a - b);
      }
      """;

  @Inject
  @SuppressWarnings("NullAway.Init") // injected
  CampaignStore store;

  private String campaign = "";

  /** Not before all tests: the address of the service is known to REST Assured only in a test. */
  @BeforeEach
  void createOnce() {
    if (campaign.isEmpty()) {
      campaign = create();
    }
  }

  private String create() {
    JsonPath created =
        given()
            .contentType(ContentType.JSON)
            .body(
                "{\"name\":\"large\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
            .post("/api/campaigns")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();
    given().get(created.getString("scoring.links.events")).then().statusCode(200);
    String id = created.getString("id");
    RegionGrid grid = new GridSpec.Counts(2, 3).on(TestData.SIZE);
    List<RegionScores> scores = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int image = 4; image < IMAGES; image++) {
      float[] values = new float[grid.count()];
      values[image % grid.count()] = -image;
      scores.add(new RegionScores("elsewhere/%06d.png".formatted(image), grid, values));
      names.add(scores.get(scores.size() - 1).image());
    }
    store.registerImages(id, names);
    String key = created.getString("scoring.model") + "/flip-entropy";
    for (int from = 0; from < scores.size(); from += AT_ONCE) {
      store.putScores(id, key, scores.subList(from, Math.min(from + AT_ONCE, scores.size())));
    }
    return id;
  }

  @Test
  void list_anyPart_isAnsweredAtOnce() {
    String path = "/api/campaigns/" + campaign + "/images?limit=100&offset=";
    given().get(path + 0).then().statusCode(200);
    for (int offset : List.of(50_000, 99_900, 12_345)) {
      long begin = System.nanoTime();
      JsonPath page = given().get(path + offset).then().statusCode(200).extract().jsonPath();
      long millis = (System.nanoTime() - begin) / 1_000_000;
      assertThat(page.getInt("total")).isEqualTo(IMAGES);
      assertThat(page.getList("images")).hasSize(100);
      assertThat(millis).as("ms for 100 images from %s", offset).isLessThan(1000);
    }
  }

  @Test
  void gallery_scrolled_drawsFramesInTimeAndOnlyWhatIsNear() {
    Page page = chromium.open(address + "#/campaigns/" + campaign + "/pool");
    assertThat(page.getByText("100,000 images")).isVisible();
    @SuppressWarnings("unchecked")
    List<Number> times = (List<Number>) page.evaluate(SCROLL);

    double median = times.get(times.size() / 2).doubleValue();
    double slow = times.get(times.size() * 9 / 10).doubleValue();
    assertThat(median).as("ms between frames, median of %s", times.size()).isLessThan(50);
    assertThat(slow).as("ms between frames, 90 %% of %s", times.size()).isLessThan(150);
    assertThat(page.locator(".cell").count()).isBetween(8, 150);
    page.evaluate("document.querySelector('.gallery').scrollTop = 1e9");
    assertThat(page.locator("[data-cell='99999']")).isVisible();
    assertThat(page.locator(".cell").count()).isBetween(8, 150);
    assertThat(chromium.errors()).isEmpty();
  }
}
