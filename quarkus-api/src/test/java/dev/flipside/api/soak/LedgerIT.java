package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import dev.flipside.api.campaign.store.NewPostgresDatabase;
import dev.flipside.api.campaign.store.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The campaign stores that the packaged service opens, as jar and as native executable. */
@Timeout(240)
class LedgerIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;
  private Path root = Path.of("");

  @BeforeEach
  void make() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    TestData.writePool(root.resolve("pool"), 3);
    TestData.model(1).write(root.resolve("model.onnx"));
  }

  @Test
  void start_sqliteOfAnEarlierVersion_isMigratedAndServed() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    try (InputStream packed =
        new GZIPInputStream(
            Objects.requireNonNull(LedgerIT.class.getResourceAsStream("earlier-ledger.db.gz")))) {
      Files.copy(packed, data.resolve("campaigns.db"));
    }
    try (ServiceProcess service = new ServiceProcess(root, data)) {
      service.start();

      JsonNode earlier = ask(service, "GET", "/api/campaigns", "").at("/campaigns/0");
      assertThat(earlier.get("name").asText()).isEqualTo("c");
      String campaign = earlier.at("/links/self").asText();
      assertThat(ask(service, "GET", campaign + "/progress", "").get("labelled").asInt())
          .isEqualTo(18);
      assertThat(entries(send(service, "GET", campaign + "/export?format=masks", "").body()))
          .isGreaterThanOrEqualTo(3);
      String added = label(service, scored(service));

      service.terminate();
      service.start();

      assertThat(ask(service, "GET", campaign + "/progress", "").get("labelled").asInt())
          .isEqualTo(18);
      assertThat(ask(service, "GET", added + "/progress", "").get("labelled").asInt()).isEqualTo(1);
    }
  }

  @Test
  void start_newSqlite_twoProcessesServeIt() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    try (ServiceProcess first = new ServiceProcess(root, data);
        ServiceProcess second = new ServiceProcess(root, data)) {
      shared(first, second);
    }
  }

  @Nested
  @ExtendWith(PostgresServer.class)
  class Postgres {
    @RegisterExtension final NewPostgresDatabase database = new NewPostgresDatabase();

    @Test
    void start_newDatabase_twoProcessesServeIt() throws Exception {
      String url = "-Dflipside.ledger.url=" + database.url();
      Path one = Files.createDirectory(folder.resolve("one"));
      Path two = Files.createDirectory(folder.resolve("two"));
      try (ServiceProcess first = new ServiceProcess(root, one, url);
          ServiceProcess second = new ServiceProcess(root, two, url)) {
        shared(first, second);
      }
    }
  }

  /** What one process does, the other sees, and regions are not leased twice. */
  private void shared(ServiceProcess first, ServiceProcess second) throws Exception {
    first.start();
    second.start();
    String campaign = label(first, scored(first));

    assertThat(ask(second, "GET", campaign + "/progress", "").get("labelled").asInt()).isEqualTo(1);
    String leased =
        ask(first, "POST", campaign + "/selections", "{\"k\":1}").at("/regions/0/id").asText();
    assertThat(
            ask(second, "POST", campaign + "/selections", "{\"k\":1}").at("/regions/0/id").asText())
        .isNotBlank()
        .isNotEqualTo(leased);
    label(second, campaign);
    assertThat(ask(first, "GET", campaign + "/progress", "").get("labelled").asInt()).isEqualTo(2);
  }

  /** Makes a campaign and waits until it is scored; returns its path. */
  private String scored(ServiceProcess service) throws Exception {
    JsonNode campaign =
        ask(
            service,
            "POST",
            "/api/campaigns",
            "{\"name\":\"new\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"model.onnx\"}");
    String job = campaign.at("/scoring/links/self").asText();
    String state = "";
    while (!state.equals("DONE")) {
      Thread.sleep(20);
      state = ask(service, "GET", job, "").get("state").asText();
      assertThat(state).isNotEqualTo("FAILED");
    }
    return campaign.at("/links/self").asText();
  }

  /** Selects and labels the best region; returns the campaign. */
  private String label(ServiceProcess service, String campaign) throws Exception {
    JsonNode region = ask(service, "POST", campaign + "/selections", "{\"k\":1}").at("/regions/0");
    byte[] png = TestData.label(region.get("height").asInt(), region.get("width").asInt(), 1);
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(service.at(region.at("/links/label").asText()))
                .header("Content-Type", "image/png")
                .PUT(BodyPublishers.ofByteArray(png))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return campaign;
  }

  private static int entries(byte[] zip) throws IOException {
    int count = 0;
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      while (entries.getNextEntry() != null) {
        count++;
      }
    }
    return count;
  }

  private JsonNode ask(ServiceProcess service, String method, String path, String body)
      throws Exception {
    return JSON.readTree(send(service, method, path, body).body());
  }

  private HttpResponse<byte[]> send(ServiceProcess service, String method, String path, String body)
      throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(service.at(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode())
        .as(
            "%s %s: %s",
            method, path, new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isBetween(200, 299);
    return answer;
  }
}
