package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestData.class)
class AuditLogTest {
  @TestData.Root
  @SuppressWarnings("NullAway.Init") // injected
  Path root;

  @Test
  void change_done_isRecordedWithItsSenderAndStatusAndReadingIsNot() throws Exception {
    given().header("X-Request-Id", "audit-1").delete("/api/jobs/none?x=\"y\"");
    given().header("X-Request-Id", "audit-2").get("/api/jobs");
    given().header("X-Request-Id", "audit-3").delete("/api/jobs/other");

    List<JsonNode> mine = new ArrayList<>();
    for (int i = 0; i < 100 && mine.size() < 2; i++) {
      Thread.sleep(20);
      mine.clear();
      for (String line : Files.readAllLines(root.resolveSibling("data").resolve("audit.jsonl"))) {
        JsonNode entry = new ObjectMapper().readTree(line);
        if (entry.get("requestId").asText().startsWith("audit-")) {
          mine.add(entry);
        }
      }
    }
    assertThat(mine).hasSize(2);
    JsonNode first = mine.get(0);
    assertThat(first.get("who").asText()).isEqualTo("local");
    assertThat(first.get("method").asText()).isEqualTo("DELETE");
    assertThat(first.get("target").asText()).startsWith("/api/jobs/none?x=");
    assertThat(first.get("status").asInt()).isEqualTo(404);
    assertThat(mine.get(1).get("requestId").asText()).isEqualTo("audit-3");
  }
}
