package dev.flipside.api.annotation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.api.TestData;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageWriter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.path.xml.XmlPath;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Selections go to annotation programs and come back. Images are 40x60 px, regions 20x20. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
class AnnotationResourcesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A grey JPEG of 20x20 px. */
  private static final byte[] JPEG =
      Base64.getDecoder()
          .decode(
              "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkI"
                  + "BgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAUABQBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
                  + "AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0Kx"
                  + "wRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4"
                  + "eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl"
                  + "5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APwDoooooooor//Z");

  private String campaign = "";
  private String selection = "";
  private JsonPath regions = new JsonPath("{}");

  @BeforeEach
  void select() {
    campaign = create();
    regions = select(2);
    selection = regions.getString("id");
  }

  private static String create() {
    return given()
        .contentType(ContentType.JSON)
        .body(
            "{\"name\":\"x <&> y\",\"pool\":\"pool\",\"list\":\"two.txt\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private JsonPath select(int k) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"k\":" + k + ",\"annotator\":\"ada\"}")
        .post("/api/campaigns/" + campaign + "/selections")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  private byte[] export(String query) {
    return given()
        .get("/api/campaigns/" + campaign + "/export?format=" + query)
        .then()
        .statusCode(200)
        .extract()
        .asByteArray();
  }

  private ValidatableResponse answer(String query, String type, byte[] body) {
    return given()
        .contentType(type)
        .body(body)
        .post("/api/campaigns/" + campaign + "/import?format=" + query)
        .then();
  }

  private ValidatableResponse cvat(String query, String images) {
    String xml = "<annotations><version>1.1</version>" + images + "</annotations>";
    return answer("cvat" + query, "application/xml", xml.getBytes(StandardCharsets.UTF_8));
  }

  /** The answer of CVAT for the first region of the selection. */
  private String image(String shapes) {
    return "<image id=\"0\" name=\"%s\" width=\"60\" height=\"40\">%s</image>"
        .formatted(regions.getString("regions[0].image"), box(0) + shapes);
  }

  private String box(int region) {
    String path = "regions[" + region + "].";
    int x = regions.getInt(path + "x");
    int y = regions.getInt(path + "y");
    return "<box label=\"flipside-region\" xtl=\"%d.0\" ytl=\"%d.0\" xbr=\"%d.3\" ybr=\"%d.0\"/>"
        .formatted(x, y, x + 20, y + 20);
  }

  /** The label map of the image of a region, as the training export has it. */
  private LabelMap label(int region) throws IOException {
    String wanted =
        "labels/" + regions.getString("regions[" + region + "].image").replace(".png", "") + ".png";
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(export("masks")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(wanted)) {
          return TestData.decodeLabel(zip.readAllBytes());
        }
      }
    }
    throw new AssertionError(wanted + " is not in the export");
  }

  /** Class ids of a region, row-major. */
  private int[] pixels(int region) throws IOException {
    LabelMap map = label(region);
    int y = regions.getInt("regions[" + region + "].y");
    int x = regions.getInt("regions[" + region + "].x");
    int[] ids = new int[400];
    for (int at = 0; at < ids.length; at++) {
      ids[at] = map.id(y + at / 20, x + at % 20);
    }
    return ids;
  }

  @Test
  void exportCvat_selection_rectanglesAndPredictedMasks() {
    XmlPath xml =
        XmlPath.from(new String(export("cvat&selection=" + selection), StandardCharsets.UTF_8));
    assertThat(xml.getString("annotations.version")).isEqualTo("1.1");
    assertThat(xml.getString("annotations.meta.task.name")).isEqualTo("x <&> y");
    assertThat(xml.getList("annotations.meta.task.labels.label.name"))
        .isEqualTo(List.of("class 0", "class 1", "class 2", "flipside-region"));
    List<String> boxes = xml.getList("annotations.image.box.@xtl");
    assertThat(boxes).hasSize(2).contains(regions.getString("regions[0].x"));
    List<String> codes = xml.getList("annotations.image.mask.@rle");
    // Every pixel of both regions has exactly one predicted class.
    assertThat(
            codes.stream()
                .mapToInt(
                    rle -> {
                      String[] runs = rle.split(", ", -1);
                      int inside = 0;
                      for (int run = 1; run < runs.length; run += 2) {
                        inside += Integer.parseInt(runs[run]);
                      }
                      return inside;
                    })
                .sum())
        .isEqualTo(800);
    assertThat(xml.getList("annotations.image.mask.@source")).containsOnly("auto");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cvat", "label-studio"})
  void exportThenImport_untouchedAnswer_isWhatTheModelSaw(String format) throws IOException {
    byte[] handedOff = export(format + "&selection=" + selection);
    byte[] answered = format.equals("cvat") ? handedOff : annotated(handedOff);
    answer(format + "&selection=" + selection, "application/octet-stream", answered)
        .statusCode(200)
        .body("labelled", equalTo(2))
        .body("refused", equalTo(0))
        .body("items[0].outcome", equalTo("LABELLED"));
    int[] predicted = pixels(0);
    assertThat(Arrays.stream(predicted)).allMatch(id -> id >= 0 && id < 3);
    // What comes out as labels goes in as labels elsewhere, and is the same.
    byte[] labels = export(format);
    String first = campaign;
    campaign = create();
    given()
        .delete("/api/campaigns/" + campaign + "/selections/" + select(1).getString("id"))
        .then()
        .statusCode(204);
    answer(format, "application/octet-stream", labels).body("labelled", equalTo(2));
    assertThat(pixels(0)).isEqualTo(predicted);
    // A second time, in the first campaign, everything is labelled already.
    campaign = first;
    answer(format + "&selection=" + selection, "application/octet-stream", answered)
        .statusCode(422)
        .body("labelled", equalTo(0))
        .body("refused", equalTo(2))
        .body("items[0].state", equalTo("LABELLED"))
        .body("items[0].type", equalTo("urn:flipside:problem:region-state"));
    assertThat(pixels(0)).isEqualTo(predicted);
  }

  /** What Label Studio exports when the annotator submits the predictions. */
  private static byte[] annotated(byte[] tasks) throws IOException {
    ArrayNode all = (ArrayNode) JSON.readTree(tasks);
    for (var task : all) {
      ((ObjectNode) task).set("annotations", task.get("predictions"));
      ((ObjectNode) task).put("id", 7);
    }
    return JSON.writeValueAsBytes(all);
  }

  @Test
  void importCvat_masksAndPolygons_paintedInOrderRestIgnored() throws IOException {
    int x = regions.getInt("regions[0].x");
    int y = regions.getInt("regions[0].y");
    cvat(
            "&selection=" + selection,
            image(
                // The upper ten rows class 1, over them a 2x3 mask of class 2 with one hole.
                "<mask label=\"class 2\" z_order=\"5\" rle=\"0, 2, 1, 3\" left=\"%d\" top=\"%d\" width=\"3\" height=\"2\"/>"
                        .formatted(x, y)
                    + "<polygon label=\"class 1\" z_order=\"0\" points=\"%1$d,%2$d;%3$d,%2$d;%3$d,%4$d;%1$d,%4$d\"/>"
                        .formatted(x - 5, y - 5, x + 20, y + 10)))
        .statusCode(200)
        .body("labelled", equalTo(1))
        .body("items[0].region", equalTo(regions.getString("regions[0].id")));
    int[] expected = new int[400];
    Arrays.fill(expected, 0, 200, 1);
    Arrays.fill(expected, 200, 400, 255);
    for (int at : new int[] {0, 1, 20, 21, 22}) {
      expected[at] = 2;
    }
    assertThat(pixels(0)).isEqualTo(expected);
    // Nothing of the polygon that left its region was kept.
    LabelMap map = label(0);
    long labelled = 0;
    for (byte id : map.ids()) {
      labelled += id == -1 ? 0 : 1;
    }
    assertThat(labelled).isEqualTo(200);
    given()
        .get("/api/campaigns/" + campaign + "/progress")
        .then()
        .body("labelled", equalTo(1))
        .body("leased", equalTo(1));
  }

  @Test
  void importCvat_zip_isRead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("annotations.xml"));
      zip.write(export("cvat&selection=" + selection));
    }
    answer("cvat&selection=" + selection, "application/zip", bytes.toByteArray())
        .statusCode(200)
        .body("labelled", equalTo(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<box label=\"class 1\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/><polygon label=\"bus\" points=\"0,0;1,0;1,1\"/>|label \"bus\" is no class",
        "<polyline label=\"class 1\" points=\"1,1;3,3\"/><tag label=\"x\"/>|nothing is painted",
        "<mask label=\"class 1\" rle=\"1, x\" left=\"0\" top=\"0\" width=\"2\" height=\"2\"/>|expected a whole number",
        "''|nothing is painted"
      })
  void importCvat_unusableImage_isRefusedAndOthersAreKept(String shapes, String detail) {
    String other = regions.getString("regions[0].image").equals("street/0.png") ? "2" : "0";
    cvat(
            "",
            "<image id=\"1\" name=\"street/"
                + other
                + ".png\" width=\"60\" height=\"40\"><box label=\"flipside-region\" xtl=\"40\" ytl=\"20\" xbr=\"60\" ybr=\"40\"/>"
                + "<box label=\"class 1\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/></image>"
                + image(shapes.equals("''") ? "" : shapes))
        .statusCode(200)
        .body("items[1].outcome", equalTo("REFUSED"))
        .body("items[1].detail", containsString(detail));
  }

  @Test
  void importCvat_boxMovedOrImageUnknownOrSizeOther_isRefused() {
    String name = regions.getString("regions[0].image");
    String paint = "<box label=\"class 1\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/>";
    cvat(
            "&selection=" + selection,
            "<image name=\"%s\" width=\"60\" height=\"40\"><box label=\"flipside-region\" xtl=\"7\" ytl=\"0\" xbr=\"27\" ybr=\"20\"/>%s</image>"
                    .formatted(name, paint)
                + "<image name=\"street/9.png\" width=\"60\" height=\"40\">%s</image>"
                    .formatted(paint)
                + "<image name=\"../first.onnx\" width=\"60\" height=\"40\">%s</image>"
                    .formatted(paint)
                + "<image name=\"street/%s.png\" width=\"40\" height=\"60\">%s</image>"
                    .formatted(name.equals("street/0.png") ? "2" : "0", paint))
        .statusCode(422)
        .body("labelled", equalTo(0))
        .body("items.detail[0]", containsString("no region of the grid"))
        .body("items.type[1]", equalTo("urn:flipside:problem:not-found"))
        .body("items.type[2]", equalTo("urn:flipside:problem:not-found"))
        .body("items.detail[3]", containsString("answered at 60x40"));
  }

  @Test
  void importCvat_manyUnknownImages_allAreCountedFirstThousandListed() {
    String images =
        IntStream.range(0, 1500)
            .mapToObj("<image name=\"no%d.png\" width=\"60\" height=\"40\"></image>"::formatted)
            .collect(Collectors.joining());
    cvat("", images)
        .statusCode(422)
        .body("refused", equalTo(1500))
        .body("items.size()", equalTo(1000))
        .body("items[999].image", equalTo("no999.png"));
  }

  @Test
  void import_lateForeignAndDouble_changeNothing() {
    String paint = "<box label=\"class 1\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/>";
    // Somebody else's region, without naming the selection.
    cvat("&annotator=bob", image(paint))
        .statusCode(422)
        .body("labelled", equalTo(0))
        .body("items[0].state", equalTo("LEASED"));
    // The annotator's own region, without naming the selection.
    cvat("&annotator=ada", image(paint)).statusCode(200).body("labelled", equalTo(1));
    cvat("&annotator=ada", image(paint)).body("items[0].state", equalTo("LABELLED"));
    // The selection was given back: its regions are nobody's, and it is late.
    given()
        .delete("/api/campaigns/" + campaign + "/selections/" + selection)
        .then()
        .statusCode(204);
    String second =
        "<image name=\"%s\" width=\"60\" height=\"40\">%s</image>"
            .formatted(regions.getString("regions[1].image"), box(1) + paint);
    cvat("&selection=" + selection, second)
        .body("labelled", equalTo(0))
        .body("items[0].state", equalTo("UNLABELLED"));
    given().post("/api/campaigns/" + campaign + "/close").then().statusCode(200);
    cvat("", second).body("items[0].type", equalTo("urn:flipside:problem:campaign-closed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cvat|<annotations><image name='street/0.png' width='60' height='40'>|not well-formed XML",
        "cvat|<tracks/>|expected <annotations>",
        "cvat|no XML|not well-formed XML",
        "cvat|<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotations><image name='&x;' width='1' height='1'/></annotations>|not well-formed XML",
        "cvat|<annotations><image name='a' width='60' height='-40'/></annotations>|expected at least 1",
        "cvat|<annotations><image name='a' width='99999' height='99999'/></annotations>|expected at most",
        "cvat|<annotations><image name='a' width='60' height='40'><mask label='class 1' rle='1,2' left='0' top='0' width='2' height='2'/></image></annotations>|rle of 3 px",
        "cvat|<annotations><image name='a' width='60' height='40'><polygon label='class 1' points='1,2;x,3'/></image></annotations>|expected a number",
        "label-studio|{\"data\":|not the JSON of Label Studio",
        "label-studio|[{\"data\":{\"text\":\"x\"},\"annotations\":[{\"result\":[{\"type\":\"brushlabels\"}]}]}]|no image; expected one in data.image",
        "label-studio|[{\"data\":{\"flipside\":{\"image\":\"street/0.png\"}},\"annotations\":[{\"result\":[{\"type\":\"brushlabels\",\"original_width\":60,\"original_height\":40,\"value\":{\"rle\":[0,0,1],\"brushlabels\":[\"class 1\"]}}]}]}]|rle: ends",
        "label-studio|[{\"data\":{\"flipside\":{\"image\":\"street/0.png\"}},\"annotations\":[{\"result\":[{\"type\":\"brushlabels\",\"value\":{\"brushlabels\":[\"class 1\"]}}]}]}]|original_height: expected a number",
        "masks|no zip|no ZIP file",
        "coco|{\"images\":[{\"id\":1,\"file_name\":\"street/9.png\",\"height\":40,\"width\":60}]}|no image is named \"street/9.png\"",
        "yolo|x|expected one of cvat, label-studio, coco, coco-panoptic, labelme, masks, voc"
      })
  void import_unreadableFile_isRefusedWithoutPathsOfTheServer(
      String format, String body, String detail) {
    answer(format, "application/octet-stream", body.getBytes(StandardCharsets.UTF_8))
        .statusCode(format.equals("yolo") ? 400 : 422)
        .contentType("application/problem+json")
        .body("detail", containsString(detail))
        .body("detail", not(containsString("upload-")))
        .body("detail", not(containsString("root:")));
  }

  @Test
  void import_lastImageUnreadable_nothingIsKept() {
    cvat(
            "&selection=" + selection,
            image("<box label=\"class 1\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/>")
                + "<image name=\"street/0.png\" width=\"60\">")
        .statusCode(422);
    given().get("/api/campaigns/" + campaign + "/progress").then().body("labelled", equalTo(0));
  }

  @Test
  void importLabelStudio_polygonRectangleAndCancelled_otherAnswerCounts() throws IOException {
    ArrayNode tasks =
        (ArrayNode) JSON.readTree(export("label-studio&predictions=false&selection=" + selection));
    assertThat(tasks.get(0).at("/data/image").asText())
        .startsWith("http://")
        .contains("/api/campaigns/" + campaign + "/images/");
    String result =
        """
        {"type":"%s","original_width":60,"original_height":40,"image_rotation":0,"value":%s}
        """;
    String all =
        result.formatted(
            "polygonlabels",
            "{\"points\":[[0,0],[100,0],[100,100],[0,100]],\"polygonlabels\":[\"class 0\"]}");
    String left =
        result.formatted(
            "rectanglelabels",
            "{\"x\":0,\"y\":0,\"width\":100,\"height\":50,\"rotation\":0,\"rectanglelabels\":[\"class 2\"]}");
    for (var task : tasks) {
      ((ObjectNode) task)
          .set(
              "annotations",
              JSON.readTree(
                  "[{\"was_cancelled\":true,\"result\":[%s]},{\"result\":[%s,%s]}]"
                      .formatted(left, all, left)));
    }
    answer("label-studio&selection=" + selection, "application/json", JSON.writeValueAsBytes(tasks))
        .statusCode(200)
        .body("labelled", equalTo(2));
    // The upper half of the image is class 2, the lower class 0; the grid's border is at row 20.
    assertThat(pixels(0)).containsOnly(regions.getInt("regions[0].y") == 0 ? 2 : 0);
  }

  @Test
  void importLabelStudio_notAnnotatedYet_isLeftOut() {
    answer(
            "label-studio&selection=" + selection,
            "application/json",
            export("label-studio&selection=" + selection))
        .statusCode(200)
        .body("labelled", equalTo(0))
        .body("refused", equalTo(0))
        .body("leftOut.annotations", hasKey("task without annotation"));
  }

  @Test
  void importCoco_exportOfAnotherCampaign_comesBack() throws IOException {
    answer(
            "masks&selection=" + selection,
            "application/zip",
            masks("labels/street/0.png", "labels/street/2.png"))
        .body("labelled", equalTo(2));
    byte[] labels = export("coco");
    assertThat(JSON.readTree(labels).get("annotations"))
        .isNotEmpty()
        .allMatch(each -> each.get("iscrowd").asInt() == 0)
        .allMatch(each -> each.at("/segmentation/counts").isTextual());
    assertThat(JSON.readTree(export("coco&crowds=true")).get("annotations"))
        .allMatch(each -> each.get("iscrowd").asInt() == 1);
    campaign = create();
    given()
        .delete("/api/campaigns/" + campaign + "/selections/" + select(1).getString("id"))
        .then()
        .statusCode(204);
    answer("coco", "application/json", labels).statusCode(200).body("labelled", equalTo(2));
    assertThat(pixels(0)).containsOnly(1);
  }

  @Test
  void import_classMap_foreignLabelsAreTaken() throws IOException {
    String boxes =
        image(
            "<box label=\"Auto & Bus\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/>"
                .replace("&", "&amp;"));
    String xml = "<annotations>" + boxes + "</annotations>";
    given()
        .queryParam("format", "cvat")
        .queryParam("selection", selection)
        .queryParam("classMap", "{\"Auto & Bus\":\"class 2\",\"void\":\"ignore\"}")
        .contentType("application/xml")
        .body(xml.getBytes(StandardCharsets.UTF_8))
        .post("/api/campaigns/" + campaign + "/import")
        .then()
        .statusCode(200)
        .body("labelled", equalTo(1));
    assertThat(pixels(0)).containsOnly(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":\"b\"}|422|expected one of [class 0, class 1, class 2], or \"ignore\"",
        "a:b|400|expected a JSON object",
        "{\"a\":null}|400|expected a JSON object",
        "{\"a\":\"class 0\",\"a\":\"class 1\"}|400|expected a JSON object",
        "[]|400|expected a JSON object"
      })
  void import_wrongClassMap_isRefused(String classMap, int status, String detail) {
    given()
        .queryParam("format", "cvat")
        .queryParam("classMap", classMap)
        .contentType("application/xml")
        .body("<annotations/>".getBytes(StandardCharsets.UTF_8))
        .post("/api/campaigns/" + campaign + "/import")
        .then()
        .statusCode(status)
        .body("detail", containsString(detail));
  }

  private static byte[] masks(String... names) throws IOException {
    byte[] png = TestData.label(40, 60, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(png);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void importMasks_entriesLeftOutAndSecondNames_areListed() throws IOException {
    answer(
            "masks",
            "application/zip",
            masks(
                "labels/street/0.png",
                "labels/street/0.PNG",
                "labels\\street\\2.PNG",
                "__MACOSX/labels/street/._0.png",
                "images/street/0.png"))
        .statusCode(200)
        .body("items[0].image", equalTo("labels/street/0.png"))
        .body("items[0].detail", containsString("annotated 2 times"))
        .body("items[1].image", equalTo("labels/street/0.PNG"))
        .body("items[1].detail", containsString("annotated 2 times"))
        .body("items.findAll { it.image == 'street/2.png' }.outcome", hasItem("LABELLED"))
        .body("leftOut.entries.name", hasItem("__MACOSX/labels/street/._0.png"))
        .body("leftOut.entries.name", hasItem("images/street/0.png"));
  }

  @Test
  void importMasks_jpegOnly_isRefused() {
    byte[] zip;
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream out = new ZipOutputStream(bytes)) {
        out.putNextEntry(new ZipEntry("labels/street/0.jpg"));
        out.write(new byte[] {-1, -40, -1, -32});
      }
      zip = bytes.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    answer("masks", "application/zip", zip)
        .statusCode(422)
        .body("detail", containsString("JPEG"))
        .body("items[0].image", equalTo("street/0.png"));
  }

  @Test
  void putLabel_onlyIgnorePixelsOrJpeg_isRefusedWithTheRemedy() {
    String link = regions.getString("regions[0].links.label");
    given()
        .contentType("image/png")
        .body(TestData.label(20, 20, 255))
        .put(link)
        .then()
        .statusCode(422)
        .body("detail", containsString("skip"));
    given()
        .contentType("image/png")
        .body(JPEG)
        .put(link)
        .then()
        .statusCode(422)
        .body("type", equalTo("urn:flipside:problem:unusable"))
        .body("detail", containsString("JPEG"));
    given().get("/api/campaigns/" + campaign + "/progress").then().body("labelled", equalTo(0));
    given()
        .contentType("image/png")
        .body(TestData.label(20, 20, 1))
        .put(link)
        .then()
        .statusCode(200);
  }

  @Test
  void importMasks_wholeImage_regionsOfTheSelectionOnly() throws IOException {
    byte[] ids = new byte[40 * 60];
    Arrays.fill(ids, (byte) 1);
    byte[] png = ImageWriter.encodePng(new LabelMap(new ImageSize(40, 60), ids));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : List.of("street/0", "street/2", "nowhere/1")) {
        zip.putNextEntry(new ZipEntry("labels/" + name + ".png"));
        zip.write(png);
      }
    }
    answer("masks&selection=" + selection, "application/zip", bytes.toByteArray())
        .statusCode(200)
        .body("labelled", equalTo(2))
        .body("refused", equalTo(1))
        .body("items.find { it.outcome == 'REFUSED' }.image", startsWith("labels/nowhere"));
    // Without a selection, the rest of both images.
    answer("masks", "application/zip", bytes.toByteArray())
        .statusCode(200)
        .body("labelled", equalTo(10));
    given().get("/api/campaigns/" + campaign + "/progress").then().body("labelled", equalTo(12));
  }

  @Test
  void importMasks_otherClassMap_isRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("classes.json"));
      zip.write(
          dev.flipside.models.card.ClassMaps.toJson(dev.flipside.models.domain.ClassMap.CAMVID)
              .getBytes(StandardCharsets.UTF_8));
    }
    answer("masks", "application/zip", bytes.toByteArray())
        .statusCode(422)
        .body("detail", containsString("not the class map of the campaign"));
  }

  @Test
  void export_foreignSelection_isNotFound() {
    String foreign = selection;
    campaign = create();
    given()
        .get("/api/campaigns/" + campaign + "/export?format=cvat&selection=" + foreign)
        .then()
        .statusCode(404);
  }
}
