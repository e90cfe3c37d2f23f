package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of the service while a model runs. */
class ShutdownIT {
  /** 128 + SIGTERM. */
  private static final int TERMINATED = 143;

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void terminate_whileAModelRuns_endsTheRunAndThenTheProcess() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    TestData.writePool(root.resolve("pool"), 4);
    TestData.slowModel().write(root.resolve("slow.onnx"));
    Path data = Files.createDirectory(folder.resolve("data"));
    try (ServiceProcess service = new ServiceProcess(root, data)) {
      for (int i = 0; i < 3; i++) {
        service.start();
        JsonNode campaign =
            ask(
                service,
                "POST",
                "/api/campaigns",
                "{\"name\":\"s\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"slow.onnx\"}");
        String job = campaign.at("/scoring/links/self").asText();
        while (!ask(service, "GET", job, "").get("state").asText().equals("RUNNING")) {
          Thread.sleep(50);
        }
        Thread.sleep(2000);

        assertThat(service.terminate()).isEqualTo(TERMINATED);

        service.start();
        String state = ask(service, "GET", job, "").get("state").asText();
        assertThat(state).isIn("QUEUED", "RUNNING");
        ask(service, "DELETE", job, "");
        assertThat(service.terminate()).isEqualTo(TERMINATED);
      }
    }
    assertThat(Files.readString(data.resolve("log.txt"))).doesNotContain("SIGSEGV", "SIGABRT");
  }

  private JsonNode ask(ServiceProcess service, String method, String path, String body)
      throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.at(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return new ObjectMapper().readTree(answer.body());
  }
}
