package dev.flipside.api.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class BackupResourceTest {
  @TempDir Path folder;

  @Test
  void backup_runningService_holdsItsCampaignsAndDigestsOfAllFiles() throws Exception {
    String id =
        given()
            .contentType(ContentType.JSON)
            .body("{\"name\":\"kept\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
            .post("/api/campaigns")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    byte[] answer =
        given()
            .get("/api/backup")
            .then()
            .statusCode(200)
            .contentType("application/zip")
            .extract()
            .asByteArray();
    Path file = Files.write(folder.resolve("backup.zip"), answer);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      JsonNode files = new ObjectMapper().readTree(bytes(zip, "backup.json")).path("files");
      assertThat(zip.size()).isEqualTo(files.size() + 1);
      for (Map.Entry<String, JsonNode> each : files.properties()) {
        byte[] content = bytes(zip, each.getKey());
        assertThat(content.length).isEqualTo(each.getValue().path("bytes").asInt());
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)))
            .isEqualTo(each.getValue().path("sha256").asText());
      }
      Path copy = Files.write(folder.resolve("copy.db"), bytes(zip, "campaigns.db"));
      assertThat(campaigns(copy, id)).isEqualTo(1);
    }
  }

  private static byte[] bytes(ZipFile zip, String name) throws IOException {
    try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  private static int campaigns(Path database, String id) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery("SELECT count(*) FROM campaigns WHERE id = '" + id + "'")) {
      return count.getInt(1);
    }
  }
}
