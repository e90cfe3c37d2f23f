package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/** The service with limits so small that tests reach them. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(LimitsTest.Small.class)
class LimitsTest {
  private static final int LABEL_BYTES = 60_000;

  /** Small limits. */
  public static class Small implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "flipside.limits.label", String.valueOf(LABEL_BYTES),
          "flipside.limits.model", "5000",
          "flipside.limits.pixels", "1000000",
          "flipside.selection.max-regions", "3");
    }
  }

  private static JsonPath campaign() {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"name\":\"l\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  private static JsonPath select(String campaign) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"k\":1}")
        .post("/api/campaigns/" + campaign + "/selections")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  private static Response label(JsonPath selection, byte[] body) {
    return given()
        .contentType("image/png")
        .body(body)
        .put(selection.getString("regions[0].links.label"));
  }

  @Test
  void label_moreBytesThanAllowed_isTooLargeAndTheRegionStaysLeased() {
    String campaign = campaign().getString("id");
    JsonPath selection = select(campaign);

    label(selection, new byte[LABEL_BYTES + 1])
        .then()
        .statusCode(413)
        .contentType("application/problem+json")
        .body("detail", containsString("flipside.limits"));

    given()
        .get("/api/campaigns/" + campaign + "/regions/" + selection.getString("regions[0].id"))
        .then()
        .body("state", equalTo("LEASED"));
  }

  @Test
  void label_fewBytesButManyPixels_isRefusedBeforeItIsUnpacked() throws IOException {
    JsonPath selection = select(campaign().getString("id"));
    byte[] bomb = png(60_000, 60_000);
    assertThat(bomb.length).isLessThan(LABEL_BYTES);

    label(selection, bomb)
        .then()
        .statusCode(oneOf(413, 422))
        .contentType("application/problem+json")
        .body("detail", containsString("60000x60000 px"));
  }

  @Test
  void model_moreBytesThanAllowed_isTooLarge() {
    given()
        .contentType("application/octet-stream")
        .body(new byte[5001])
        .post("/api/models")
        .then()
        .statusCode(413)
        .contentType("application/problem+json");
  }

  @Test
  void select_moreRegionsThanAllowed_isRefused() {
    given()
        .contentType(ContentType.JSON)
        .body("{\"k\":4}")
        .post("/api/campaigns/" + campaign().getString("id") + "/selections")
        .then()
        .statusCode(400)
        .body("detail", containsString("max-regions"));
  }

  /** A grey PNG of black pixels, a few bytes for millions of them. */
  private static byte[] png(int height, int width) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(bytes);
    png.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(head);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 0, 0, 0, 0});
    chunk(png, "IHDR", head.toByteArray());
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(rows)) {
      for (int row = 0; row < 500; row++) {
        deflated.write(new byte[width + 1]);
      }
    }
    chunk(png, "IDAT", rows.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream png, String name, byte[] content) throws IOException {
    CRC32 check = new CRC32();
    check.update(name.getBytes(US_ASCII));
    check.update(content);
    png.writeInt(content.length);
    png.write(name.getBytes(US_ASCII));
    png.write(content);
    png.writeInt((int) check.getValue());
  }
}
