package dev.flipside.api.model;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;

import dev.flipside.api.TestData;
import dev.flipside.models.registry.ModelRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class ModelResourceTest {
  @TestData.Root
  @SuppressWarnings("NullAway.Init") // set by TestData
  private Path root;

  private static ValidatableResponse upload(byte[] body) {
    return given().contentType("application/octet-stream").body(body).post("/api/models").then();
  }

  @Test
  void add_model_isListedAndActivated() {
    byte[] onnx = TestData.model(7).proto().toByteArray();
    String id =
        upload(onnx)
            .statusCode(201)
            .body("classes", hasSize(3))
            .body("producer", equalTo("test"))
            .extract()
            .path("id");
    upload(onnx).statusCode(201).body("id", equalTo(id));
    given().get("/api/models").then().statusCode(200).body("models.id", hasItem(id));
    given().get("/api/models/" + id).then().statusCode(200).body("id", equalTo(id));
    given()
        .contentType(ContentType.JSON)
        .body("{\"id\":\"" + id + "\"}")
        .put("/api/models/active")
        .then()
        .statusCode(200)
        .body("active", equalTo(true));
    given().get("/api/models").then().body("active", equalTo(id));
    given().get("/q/health/ready").then().statusCode(200).body(containsString(id));
  }

  @Test
  void add_withName_isFoundByNameAndByFirstDigits() {
    byte[] onnx = TestData.model(11).proto().toByteArray();
    String id =
        given()
            .contentType("application/octet-stream")
            .body(onnx)
            .post("/api/models?name=streets")
            .then()
            .statusCode(201)
            .body("names", equalTo(List.of("streets")))
            .extract()
            .path("id");
    for (String named : List.of("streets", id.substring(0, 20), id.substring(7, 20))) {
      given().get("/api/models/" + named).then().statusCode(200).body("id", equalTo(id));
      given()
          .contentType(ContentType.JSON)
          .body(
              "{\"name\":\"x\",\"pool\":\"pool\",\"list\":\"two.txt\",\"grid\":\"2x3\",\"model\":\""
                  + named
                  + "\"}")
          .post("/api/campaigns")
          .then()
          .statusCode(201);
    }
    given()
        .contentType("application/octet-stream")
        .body(onnx)
        .post("/api/models?name=3fa9c1")
        .then()
        .statusCode(422)
        .body("detail", containsString("model name \"3fa9c1\""));
  }

  @Test
  void add_modelLargerThanAJsonBody_isAdded() {
    byte[] onnx = TestData.slowModel().proto().toByteArray();
    assertThat(onnx.length).isGreaterThan(1 << 20);
    upload(onnx).statusCode(201);
  }

  @Test
  void add_noModel_isRefusedWithoutPathsOfTheServer() {
    upload("no model".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .statusCode(422)
        .body("detail", org.hamcrest.Matchers.not(containsString("upload-")));
  }

  @Test
  void add_empty_isRefused() {
    upload(new byte[0]).statusCode(400).body("detail", containsString("no body"));
  }

  @Test
  void activate_unknown_isNotFound() {
    given()
        .contentType(ContentType.JSON)
        .body("{\"id\":\"sha256:0\"}")
        .put("/api/models/active")
        .then()
        .statusCode(404);
  }

  private static String add(int seed) {
    return upload(TestData.model(seed).proto().toByteArray()).statusCode(201).extract().path("id");
  }

  private static void activate(String id) {
    given()
        .contentType(ContentType.JSON)
        .body("{\"id\":\"" + id + "\"}")
        .put("/api/models/active")
        .then()
        .statusCode(200);
  }

  @Test
  void rollback_afterTwoActivations_theEarlierIsActive() {
    String first = add(11);
    String second = add(12);
    activate(first);
    activate(second);

    given().post("/api/models/active/rollback").then().statusCode(200).body("id", equalTo(first));

    given().get("/api/models").then().body("active", equalTo(first));
  }

  @Test
  void remove_active_isRefusedAndAnotherIsGone() {
    String active = add(13);
    String other = add(14);
    activate(active);

    given().delete("/api/models/" + other).then().statusCode(204);
    given().get("/api/models/" + other).then().statusCode(404);
    given()
        .delete("/api/models/" + active)
        .then()
        .statusCode(allOf(greaterThanOrEqualTo(400), lessThan(500)))
        .contentType("application/problem+json");
    given().get("/api/models/" + active).then().statusCode(200);
  }

  /** Against the packaged service, the activation truly comes from another process. */
  @Test
  void activate_besideTheService_isFollowedWithoutAFailedRequest() {
    ModelRegistry beside = ModelRegistry.open(root.resolveSibling("data").resolve("models"));
    List<String> ids = new ArrayList<>();
    for (int seed = 21; seed <= 22; seed++) {
      byte[] onnx = TestData.model(seed).proto().toByteArray();
      ids.add(beside.add(new ByteArrayInputStream(onnx)).id());
    }
    for (int round = 0; round < 10; round++) {
      String next = ids.get(round % 2);
      beside.activate(next);

      given().get("/api/models").then().statusCode(200).body("active", equalTo(next));
      given().get("/q/health/ready").then().statusCode(200).body(containsString(next));
    }
  }
}
