package dev.flipside.api.annotation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.greaterThan;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged imports are read or refused, and the ledger holds exactly what the answer says. {@code
 * -Dflipside.mutations=N} sets the number of mutations over all formats.
 */
@QuarkusTest
@QuarkusTestResource(TestData.class)
class ImportMutationTest {
  private static final int FORMATS = 4;
  private static final int MUTATIONS = Integer.getInteger("flipside.mutations", 240);
  private static final String[] TOKENS = {
    "-1",
    "1e309",
    "99999999999",
    "null",
    "[]",
    "{}",
    "\"",
    "<",
    "&x;",
    "\u0000",
    "../",
    "street/9.png"
  };

  /** Creates a campaign over two images. */
  private static String create() {
    return given()
        .contentType(ContentType.JSON)
        .body(
            "{\"name\":\"m\",\"pool\":\"pool\",\"list\":\"two.txt\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
        .post("/api/campaigns")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static byte[] export(String campaign, String format) {
    String path = "/api/campaigns/" + campaign;
    String selection =
        given()
            .contentType(ContentType.JSON)
            .body("{\"k\":4,\"annotator\":\"ada\"}")
            .post(path + "/selections")
            .path("id");
    byte[] predicted =
        given()
            .get(path + "/export?format=cvat&selection=" + selection)
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    answer(campaign, "cvat", predicted).then().statusCode(200);
    return given()
        .get(path + "/export?format=" + format)
        .then()
        .statusCode(200)
        .extract()
        .asByteArray();
  }

  private static Response answer(String campaign, String format, byte[] body) {
    return given()
        .contentType("application/octet-stream")
        .body(body)
        .post("/api/campaigns/" + campaign + "/import?annotator=ada&format=" + format);
  }

  private static int labelled(String campaign) {
    return given().get("/api/campaigns/" + campaign + "/progress").path("labelled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cvat", "label-studio", "coco", "masks"})
  void import_mutatedFile_storesWhatItSays(String format) {
    byte[] sound = export(create(), format);
    Random random = new Random(format.hashCode());
    String campaign = create();
    int before = 0;
    int taken = 0;
    for (int round = 0; round < MUTATIONS / FORMATS; round++) {
      Response response = answer(campaign, format, mutated(sound, random));
      assertThat(response.statusCode()).isIn(200, 400, 422);
      JsonPath report = response.jsonPath();
      int said = report.get("labelled") == null ? 0 : report.getInt("labelled");
      assertThat(labelled(campaign)).isEqualTo(before + said);
      before += said;
      if (said > 0) {
        taken++;
        campaign = create();
        before = 0;
      }
    }
    assertThat(taken).isPositive();
    answer(campaign, format, sound).then().statusCode(200).body("labelled", greaterThan(0));
  }

  private static byte[] mutated(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 1; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = Arrays.copyOf(bytes, at);
        case 2 -> bytes = spliced(bytes, at, at + random.nextInt(30), "");
        default ->
            bytes =
                spliced(bytes, at, at + random.nextInt(8), TOKENS[random.nextInt(TOKENS.length)]);
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, String text) {
    byte[] insert = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.min(bytes.length, to);
    byte[] result = new byte[from + insert.length + bytes.length - end];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(insert, 0, result, from, insert.length);
    System.arraycopy(bytes, end, result, from + insert.length, bytes.length - end);
    return result;
  }
}
