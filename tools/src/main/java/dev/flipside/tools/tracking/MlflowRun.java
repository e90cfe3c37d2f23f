package dev.flipside.tools.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run on an MLflow tracking server, by its REST API (version 2.0 of the API, as MLflow 1 to 3
 * have it). The run's ID is kept in {@code mlflow.json}, so that a resumed training goes on with
 * the same run.
 */
final class MlflowRun implements Tracker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "/api/2.0/mlflow/";
  private static final String URL = "url";
  private static final String RUN_ID = "runId";

  /** Limits of one request to log-batch. */
  private static final int MOST_PARAMETERS = 100;

  private static final int LONGEST_VALUE = 500;

  /** Request timeout, too early, too many requests. */
  private static final Set<Integer> TEMPORARY = Set.of(408, 425, 429);

  private final URI server;
  private final String experiment;
  private final String name;
  private final Path state;
  private final Clock clock;
  private final HttpClient http;
  private String runId = "";

  /** A run that is made, and may not have its parameters yet. */
  private String created = "";

  /**
   * @param server address of the tracking server
   * @param experiment name of the experiment, made if there is none
   * @param name name of the run
   * @param folder folder of the run here, which receives {@code mlflow.json}
   */
  MlflowRun(URI server, String experiment, String name, Path folder, Clock clock) {
    this.server = server;
    this.experiment = experiment;
    this.name = name;
    this.state = folder.resolve("mlflow.json");
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  @Override
  public void begin(Map<String, String> parameters) throws IOException {
    if (resumed()) {
      return;
    }
    if (created.isEmpty()) {
      created = create();
    }
    List<Map.Entry<String, String>> all = List.copyOf(new TreeMap<>(parameters).entrySet());
    for (int from = 0; from < all.size(); from += MOST_PARAMETERS) {
      ObjectNode batch = JSON.createObjectNode().put("run_id", created);
      ArrayNode params = batch.putArray("params");
      for (Map.Entry<String, String> each :
          all.subList(from, Math.min(all.size(), from + MOST_PARAMETERS))) {
        params.addObject().put("key", key(each.getKey())).put("value", cut(each.getValue()));
      }
      post("runs/log-batch", batch);
    }
    ObjectNode kept = JSON.createObjectNode().put(URL, server.toString()).put(RUN_ID, created);
    Files.createDirectories(state.toAbsolutePath().getParent());
    AtomicFile.write(state, kept.toPrettyString() + "\n");
    runId = created;
  }

  private String create() throws IOException {
    ObjectNode create = JSON.createObjectNode();
    create.put("experiment_id", experimentId());
    create.put("run_name", name);
    create.put("start_time", clock.millis());
    create.putArray("tags").addObject().put("key", "mlflow.source.name").put("value", "flipside");
    return text(post("runs/create", create).path("run").path("info").path("run_id"));
  }

  /** Goes on with the run of an earlier process, if the server still has it. */
  private boolean resumed() throws IOException {
    if (!Files.exists(state)) {
      return false;
    }
    JsonNode kept = JSON.readTree(Files.readAllBytes(state));
    if (!kept.path(URL).asText().equals(server.toString())) {
      return false;
    }
    String known = kept.path(RUN_ID).asText();
    HttpResponse<String> response =
        send("runs/update", JSON.createObjectNode().put("run_id", known).put("status", "RUNNING"));
    if (response.statusCode() == 404) {
      return false;
    }
    checked("runs/update", response);
    runId = known;
    return true;
  }

  private String experimentId() throws IOException {
    String query =
        "experiments/get-by-name?experiment_name="
            + URLEncoder.encode(experiment, StandardCharsets.UTF_8);
    HttpResponse<String> found = send(request(query).GET().build());
    if (found.statusCode() != 404) {
      return text(checked(query, found).path("experiment").path("experiment_id"));
    }
    if (!found.body().contains("RESOURCE_DOES_NOT_EXIST")) {
      throw new IOException(server + " answered 404; it is no MLflow tracking server");
    }
    JsonNode created = post("experiments/create", JSON.createObjectNode().put("name", experiment));
    return text(created.path("experiment_id"));
  }

  @Override
  public void log(Metrics metrics) throws IOException {
    ObjectNode batch = JSON.createObjectNode().put("run_id", runId);
    ArrayNode all = batch.putArray("metrics");
    for (Map.Entry<String, Double> each : new TreeMap<>(metrics.values()).entrySet()) {
      all.addObject()
          .put("key", key(each.getKey()))
          .put("value", each.getValue())
          .put("timestamp", metrics.milliseconds())
          .put("step", metrics.step());
    }
    post("runs/log-batch", batch);
  }

  @Override
  public void end(boolean finished) throws IOException {
    post(
        "runs/update",
        JSON.createObjectNode()
            .put("run_id", runId)
            .put("status", finished ? "FINISHED" : "FAILED")
            .put("end_time", clock.millis()));
  }

  /** Returns a name in the characters that every MLflow takes: letters and digits of any script. */
  private static String key(String name) {
    String key = name.replace(": ", "/").replaceAll("[^\\p{L}\\p{N}_./ -]", "").strip();
    return key.isEmpty() || key.endsWith("/") ? key + "_" : key;
  }

  private static String cut(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE - 1) + "…";
  }

  private JsonNode post(String path, ObjectNode body) throws IOException {
    return checked(path, send(path, body));
  }

  private HttpResponse<String> send(String path, ObjectNode body) throws IOException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    String base = server.toString().replaceAll("/+$", "");
    return HttpRequest.newBuilder(URI.create(base + API + path)).timeout(Duration.ofSeconds(10));
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private JsonNode checked(String path, HttpResponse<String> response) throws IOException {
    int status = response.statusCode();
    if (status != 200) {
      String failure = path + " was answered with " + status + ": " + response.body().strip();
      throw status >= 400 && status < 500 && !TEMPORARY.contains(status)
          ? new RefusedException(failure)
          : new IOException(failure);
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IOException(path + " was not answered with JSON", e);
    }
  }

  private static String text(JsonNode node) throws IOException {
    if (!node.isTextual() || node.asText().isEmpty()) {
      throw new IOException("an ID is missing in the answer");
    }
    return node.asText();
  }
}
