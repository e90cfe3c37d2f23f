package dev.flipside.api.image;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.flipside.api.TestData;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures and exports of a campaign that is scored. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
class PictureResourceTest {
  private String campaign = "";
  private JsonPath selection = new JsonPath("{}");

  @BeforeEach
  void select() {
    campaign =
        given()
            .contentType(ContentType.JSON)
            .body(
                "{\"name\":\"p\",\"pool\":\"pool\",\"list\":\"two.txt\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
            .post("/api/campaigns")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    selection =
        given()
            .contentType(ContentType.JSON)
            .body("{\"k\":2}")
            .post("/api/campaigns/" + campaign + "/selections")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();
  }

  @ParameterizedTest
  @CsvSource({"image, 40, 60", "crop, 20, 20", "uncertainty, 40, 60", "prediction, 40, 60"})
  void picture_ofSelectedRegion_isPngOfThatSize(String link, int height, int width) {
    String path = selection.getString("regions[0].links." + link);
    Response first = given().get(path);
    byte[] png = first.then().statusCode(200).contentType("image/png").extract().asByteArray();
    assertThat(integer(png, 16)).isEqualTo(width);
    assertThat(integer(png, 20)).isEqualTo(height);
    assertThat(first.getHeader("Cache-Control")).contains("private").contains("max-age=300");
    given().header("If-None-Match", first.getHeader("ETag")).get(path).then().statusCode(304);
  }

  @ParameterizedTest
  @CsvSource({"crop, 20, 20", "uncertainty, 40, 60", "prediction, 40, 60"})
  void picture_webpPreferred_samePixelsAsWebp(String link, int height, int width)
      throws IOException {
    String path = selection.getString("regions[0].links." + link);
    Response png = given().accept("image/png, image/webp;q=0.5").get(path);

    Response webp = given().accept("image/webp, image/png;q=0.5").get(path);

    webp.then().statusCode(200).contentType("image/webp").header("Vary", containsString("Accept"));
    png.then().statusCode(200).contentType("image/png");
    assertThat(webp.getHeader("ETag")).isNotEqualTo(png.getHeader("ETag"));
    assertThat(pixels(webp, "x.webp")).isEqualTo(pixels(png, "x.png")).hasSize(height * width * 3);
  }

  @Test
  void prediction_asIds_isALabelMapOfTheImage() throws IOException {
    String path = selection.getString("regions[0].links.prediction");
    byte[] png =
        given()
            .queryParam("ids", true)
            .get(path)
            .then()
            .statusCode(200)
            .contentType("image/png")
            .extract()
            .asByteArray();
    LabelMap ids = TestData.decodeLabel(png);
    assertThat(ids.size()).isEqualTo(TestData.SIZE);
  }

  private static byte[] pixels(Response picture, String name) throws IOException {
    Path folder = Files.createTempDirectory("picture-");
    Path file = Files.write(folder.resolve(name), picture.asByteArray());
    try {
      DecodedImage image = ImageReader.read(file, null);
      byte[] rgb = new byte[image.rgb().limit()];
      image.rgb().get(0, rgb);
      return rgb;
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  /** A big-endian integer of a PNG's header. */
  private static int integer(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | (bytes[at + 3] & 0xFF);
  }

  @ParameterizedTest
  @CsvSource({"street/1.png", "../first.onnx", "../../elsewhere/0.png", "/etc/passwd"})
  void picture_notOfTheCampaign_isNotFound(String image) {
    given()
        .get("/api/campaigns/" + campaign + "/images/" + RegionPathSegment.ofImage(image))
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
  }

  @Test
  void picture_noSuchRegion_isNotFound() {
    String image =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("street/0.png".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    given()
        .get("/api/campaigns/" + campaign + "/regions/" + image + ".2.0/image")
        .then()
        .statusCode(404)
        .body("detail", containsString("2x3 regions"));
  }

  @Test
  void export_afterLabel_holdsItsPixelsAndNoOthers() throws IOException {
    given()
        .contentType("image/png")
        .body(TestData.label(20, 20, 1))
        .put(selection.getString("regions[0].links.label"))
        .then()
        .statusCode(200);
    String image = selection.getString("regions[0].image");

    byte[] zip =
        given()
            .get("/api/campaigns/" + campaign + "/export")
            .then()
            .statusCode(200)
            .contentType("application/zip")
            .extract()
            .asByteArray();
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      assertThat(entries.getNextEntry()).extracting(ZipEntry::getName).isEqualTo("classes.json");
      assertThat(entries.getNextEntry())
          .extracting(ZipEntry::getName)
          .isEqualTo("labels/" + image.replace(".png", "") + ".png");
      assertThat(entries.readAllBytes()).startsWith(0x89, 'P', 'N', 'G');
      assertThat(entries.getNextEntry()).isNull();
    }

    JsonPath coco = coco("format=coco");
    JsonPath crowds = coco("format=coco&crowds=true");
    int x = selection.getInt("regions[0].x");
    int y = selection.getInt("regions[0].y");
    assertThat(coco.getList("images.file_name")).isEqualTo(java.util.List.of(image));
    assertThat(coco.getList("categories.id")).isEqualTo(java.util.List.of(1, 2, 3));
    assertThat(coco.getList("annotations")).hasSize(1);
    assertThat(coco.getInt("annotations[0].category_id")).isEqualTo(2);
    assertThat(coco.getInt("annotations[0].area")).isEqualTo(400);
    assertThat(coco.getList("annotations[0].bbox")).isEqualTo(java.util.List.of(x, y, 20, 20));
    assertThat(coco.getInt("annotations[0].iscrowd")).isZero();
    assertThat(coco.getString("annotations[0].segmentation.counts")).isNotBlank();
    assertThat(crowds.getInt("annotations[0].iscrowd")).isEqualTo(1);
    assertThat(crowds.getInt("annotations[0].segmentation.counts[0]")).isEqualTo(40 * x + y);
    assertThat(crowds.getInt("annotations[0].segmentation.counts[1]")).isEqualTo(20);
    assertThat(
            crowds.getList("annotations[0].segmentation.counts", Integer.class).stream()
                .mapToInt(Integer::intValue)
                .sum())
        .isEqualTo(40 * 60);
  }

  private JsonPath coco(String query) {
    return given()
        .get("/api/campaigns/" + campaign + "/export?" + query)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  @Test
  void export_unknownFormat_isRefused() {
    given()
        .get("/api/campaigns/" + campaign + "/export?format=yolo")
        .then()
        .statusCode(400)
        .body("detail", containsString("masks, coco, cvat"));
  }
}
