package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The data folder on a small disk that fills up. Needs the right to mount one. */
class FullDiskIT {
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  @BeforeEach
  void mount() throws Exception {
    Files.createDirectory(data());
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", data().toString()),
        "no right to mount a small disk");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", data().toString());
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @Timeout(240)
  void requests_diskFullAndThenNot_are507AndThenAnsweredWithoutRestart() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    TestData.writePool(root.resolve("pool"), 4);
    TestData.model(1).write(root.resolve("model.onnx"));
    try (ServiceProcess service = new ServiceProcess(root, data())) {
      service.start();
      String campaign =
          "/api/campaigns/"
              + json(send(
                      service,
                      "POST",
                      "/api/campaigns",
                      "application/json",
                      "{\"name\":\"d\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"model.onnx\"}"
                          .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                  .get("id")
                  .asText();
      JsonNode region =
          json(send(
                  service,
                  "POST",
                  campaign + "/selections",
                  "application/json",
                  "{\"k\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
              .at("/regions/0");
      String label = region.at("/links/label").asText();
      byte[] png = TestData.label(region.get("height").asInt(), region.get("width").asInt(), 1);
      Path filler = fill();

      HttpResponse<String> refused = send(service, "PUT", label, "image/png", png);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
      assertThat(refused.body()).contains("urn:flipside:problem:disk-full", data().toString());
      HttpResponse<String> model =
          send(
              service,
              "POST",
              "/api/models",
              "application/octet-stream",
              TestData.slowModel().proto().toByteArray());
      assertThat(model.statusCode()).as(model.body()).isEqualTo(507);
      HttpResponse<String> ready = send(service, "GET", "/q/health/ready", "text/plain", png);
      assertThat(ready.statusCode()).as(ready.body()).isEqualTo(503);
      assertThat(ready.body()).contains("No space left");

      Files.delete(filler);

      assertThat(send(service, "GET", "/q/health/ready", "text/plain", png).statusCode())
          .isEqualTo(200);
      HttpResponse<String> accepted = send(service, "PUT", label, "image/png", png);
      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    }
  }

  private Path fill() throws IOException {
    Path filler = data().resolve("filler");
    byte[] zeros = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException e) {
      return filler;
    }
  }

  private HttpResponse<String> send(
      ServiceProcess service, String method, String path, String type, byte[] body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(service.at(path))
            .header("Content-Type", type)
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return new ObjectMapper().readTree(answer.body());
  }
}
