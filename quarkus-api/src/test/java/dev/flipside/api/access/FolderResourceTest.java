package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class FolderResourceTest {
  @Test
  void folder_ofOneRoot_listsItsFolders() {
    given()
        .get("/api/folders")
        .then()
        .statusCode(200)
        .body("folders", hasItems("broken", "links", "pool"))
        .body("images", equalTo(0));
  }

  @Test
  void folder_ofImages_countsThem() {
    given()
        .queryParam("path", "pool/street")
        .get("/api/folders")
        .then()
        .statusCode(200)
        .body("path", equalTo("pool/street"))
        .body("images", equalTo(TestData.IMAGES));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../elsewhere", "/etc", "none", "pool/../../elsewhere"})
  void folder_outsideOfTheRoots_isRefused(String path) {
    given()
        .queryParam("path", path)
        .get("/api/folders")
        .then()
        .statusCode(403)
        .body("detail", not(containsString("/tmp")));
  }

  @Test
  void folder_isAFile_isRefused() {
    given()
        .queryParam("path", "two.txt")
        .get("/api/folders")
        .then()
        .statusCode(422)
        .body("detail", containsString("expected a folder"));
  }
}
