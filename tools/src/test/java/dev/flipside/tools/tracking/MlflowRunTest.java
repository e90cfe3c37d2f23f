package dev.flipside.tools.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.flipside.tools.HttpStub;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a server in this process that answers as MLflow's REST API is documented. */
class MlflowRunTest {
  @TempDir Path folder;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<JsonNode> bodies = Collections.synchronizedList(new ArrayList<>());
  @RegisterExtension final HttpStub server = new HttpStub(this::answer);
  private boolean failing;
  private boolean knowsExperiment;
  private String refused = "nothing";
  private Instant now = Instant.ofEpochMilli(1000);

  @Test
  void open_newExperiment_logsParametersMetricsAndTheEnd() {
    try (TrackedRun run = open(Map.of("Selecting: batch", "8", "size (px)", "60x80"))) {
      run.log(3, Map.of("miou", 0.5, "iou/Sky", Double.NaN));
      run.finished();
    }

    assertThat(requests)
        .containsExactly(
            "GET experiments/get-by-name?experiment_name=my+runs",
            "POST experiments/create",
            "POST runs/create",
            "POST runs/log-batch",
            "POST runs/log-batch",
            "POST runs/update");
    assertThat(bodies.get(1).toString())
        .contains("\"experiment_id\":\"7\"", "\"run_name\":\"a/b\"");
    assertThat(bodies.get(2).path("params").toString())
        .isEqualTo(
            "[{\"key\":\"Selecting/batch\",\"value\":\"8\"},{\"key\":\"size px\",\"value\":\"60x80\"}]");
    assertThat(bodies.get(3).toString())
        .isEqualTo(
            "{\"run_id\":\"r1\",\"metrics\":[{\"key\":\"miou\",\"value\":0.5,\"timestamp\":1000,"
                + "\"step\":3}]}");
    assertThat(bodies.get(4).toString())
        .isEqualTo("{\"run_id\":\"r1\",\"status\":\"FINISHED\",\"end_time\":1000}");
  }

  @Test
  void close_withoutFinish_marksTheRunAsFailed() {
    try (TrackedRun run = open(Map.of())) {
      run.log(1, Map.of("miou", 0.5));
    }
    assertThat(bodies.get(bodies.size() - 1).path("status").asText()).isEqualTo("FAILED");
  }

  @Test
  void close_workThatWasRefused_leavesNoTrace() {
    open(Map.of()).close();

    assertThat(requests).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void open_again_goesOnWithTheSameRun() {
    knowsExperiment = true;
    try (TrackedRun run = open(Map.of("batch", "8"))) {
      run.log(1, Map.of("miou", 0.5));
    }
    requests.clear();
    try (TrackedRun run = open(Map.of("batch", "8"))) {
      run.log(2, Map.of("miou", 0.6));
      run.finished();
    }

    assertThat(requests)
        .containsExactly("POST runs/update", "POST runs/log-batch", "POST runs/update");
  }

  @Test
  void log_serverFailsForAWhile_sendsWhatItMissed() {
    failing = true;
    try (TrackedRun run = open(Map.of())) {
      run.log(1, Map.of("miou", 0.1));
      run.log(2, Map.of("miou", 0.2));
      failing = false;
      now = now.plus(Duration.ofMinutes(1));
      run.log(3, Map.of("miou", 0.3));
      run.finished();
    }

    assertThat(requests)
        .filteredOn("GET experiments/get-by-name?experiment_name=my+runs"::equals)
        .as("while it pauses, the server is left alone")
        .hasSize(2);
    assertThat(bodies.stream().filter(each -> each.has("metrics")).map(each -> step(each)))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void log_numbersRefused_doNotHoldUpOthers() {
    refused = "\"step\":1";
    try (TrackedRun run = open(Map.of())) {
      run.log(1, Map.of("miou", 0.1));
      run.log(2, Map.of("miou", 0.2));
      run.finished();
    }

    assertThat(bodies.stream().filter(each -> each.has("metrics")).map(each -> step(each)))
        .containsExactly(1L, 2L);
    assertThat(bodies.get(bodies.size() - 1).path("status").asText()).isEqualTo("FINISHED");
  }

  @Test
  void begin_parametersRefusedAtFirst_makesOneRun() {
    refused = "params";
    try (TrackedRun run = open(Map.of("batch", "8"))) {
      run.log(1, Map.of("miou", 0.1));
      refused = "nothing";
      now = now.plus(Duration.ofMinutes(1));
      run.log(2, Map.of("miou", 0.2));
    }

    assertThat(requests).filteredOn("POST runs/create"::equals).hasSize(1);
  }

  @Test
  void log_classNamesOfAnyScript_keepTheirLetters() {
    try (TrackedRun run = open(Map.of())) {
      run.log(1, Map.of("iou/Straße", 0.1, "iou/道路", 0.2, "iou/🚗", 0.3));
    }

    assertThat(
            bodies.stream()
                .filter(each -> each.has("metrics"))
                .findFirst()
                .orElseThrow()
                .toString())
        .contains("\"iou/Straße\"", "\"iou/道路\"", "\"iou/_\"");
  }

  @Test
  void log_noServer_goesOn() {
    server.stop();

    try (TrackedRun run = open(Map.of())) {
      run.log(1, Map.of("miou", 0.1));
      run.finished();
    }

    assertThat(requests).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void log_manyParameters_areSentInBatchesThatTheServerTakes() {
    Map<String, String> parameters = new TreeMap<>();
    for (int i = 0; i < 150; i++) {
      parameters.put("p" + i, "x".repeat(i == 0 ? 900 : 1));
    }
    try (TrackedRun run = open(parameters)) {
      run.log(1, Map.of("miou", 0.1));
    }

    assertThat(bodies.stream().filter(each -> each.has("params")).map(each -> params(each)))
        .containsExactly(100, 50);
    assertThat(bodies.get(2).path("params").get(0).path("value").asText()).hasSize(500);
  }

  private static int params(JsonNode body) {
    return body.path("params").size();
  }

  private static long step(JsonNode body) {
    return body.path("metrics").get(0).path("step").asLong();
  }

  private TrackedRun open(Map<String, String> parameters) {
    URI address = server.url("/");
    InstantSource source = () -> now;
    return new Tracking(Optional.empty(), Optional.of(address), source.withZone(ZoneOffset.UTC))
        .open("my runs", "a/b", folder, parameters);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString().replaceFirst("^/api/2.0/mlflow/", "");
    requests.add(exchange.getRequestMethod() + " " + path);
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (body.length > 0) {
      bodies.add(new ObjectMapper().readTree(body));
    }
    int status = failing ? 503 : 200;
    String answer =
        switch (path.replaceFirst("\\?.*", "")) {
          case "experiments/get-by-name" -> "{\"experiment\":{\"experiment_id\":\"7\"}}";
          case "experiments/create" -> "{\"experiment_id\":\"7\"}";
          case "runs/create" -> "{\"run\":{\"info\":{\"run_id\":\"r1\"}}}";
          default -> "{}";
        };
    if (!failing && !knowsExperiment && path.startsWith("experiments/get-by-name")) {
      status = 404;
      answer = "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\"}";
    }
    if (new String(body, StandardCharsets.UTF_8).contains(refused)) {
      status = 400;
    }
    HttpStub.send(exchange, status, answer);
  }
}
