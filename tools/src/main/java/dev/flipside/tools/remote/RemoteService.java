package dev.flipside.tools.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running Flipside service. Requests that change nothing when they are repeated are repeated when
 * no answer comes or the service is busy; a selection has a key of its own, so that repeating it
 * leases nothing twice. For use by any number of threads.
 *
 * <p>Methods throw {@link FlipsideException} with the service's own words when it refuses, and when
 * it cannot be reached.
 */
public final class RemoteService {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /** The next report should be sent before the lease of the round ends. */
  private static final Duration REPORT_PATIENCE = Duration.ofSeconds(10);

  private static final int ATTEMPTS = 4;
  private static final long FIRST_PAUSE_MS = 250;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  private final URI base;
  private final @Nullable String key;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /**
   * @param base for example {@code http://localhost:8080}
   * @param key API key, or null where the service asks for none
   */
  public RemoteService(URI base, @Nullable String key) {
    this.base = base;
    this.key = key;
  }

  /** Whether the service answers and is ready. Asks once. */
  public boolean ready() {
    try {
      once(
          request("GET", "/q/health/ready", null, null).build(),
          HttpResponse.BodyHandlers.ofString());
      return true;
    } catch (FlipsideException e) {
      return false;
    }
  }

  /** All campaigns, the oldest first. */
  public List<RemoteCampaign> campaigns() {
    return json(request("GET", "/api/campaigns", null, null), RemoteCampaign.All.class).campaigns();
  }

  /** A campaign. */
  public RemoteCampaign campaign(String id) {
    return json(request("GET", campaignPath(id), null, null), RemoteCampaign.class);
  }

  /**
   * Makes a campaign.
   *
   * @param members of the request, as the API document names them
   */
  public RemoteCampaign create(Map<String, Object> members) {
    return json(request("POST", "/api/campaigns", write(members), null), RemoteCampaign.class);
  }

  /** Closes a campaign. */
  public RemoteCampaign close(String id) {
    return json(
        request("POST", campaignPath(id) + "/close", BodyPublishers.noBody(), null),
        RemoteCampaign.class);
  }

  /**
   * Takes the best free regions.
   *
   * @param members of the request, as the API document names them
   */
  public RemoteSelection select(String campaign, Map<String, Object> members) {
    HttpRequest.Builder request =
        request("POST", campaignPath(campaign) + "/selections", write(members), null)
            .header("Idempotency-Key", UUID.randomUUID().toString());
    return json(request, RemoteSelection.class);
  }

  /** Gives back what of a selection has no label. */
  public void giveBack(String campaign, String selection) {
    send(
        request("DELETE", campaignPath(campaign) + "/selections/" + encoded(selection), null, null),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Labels a region. Not repeated: after a break, look where the region stands.
   *
   * @param link from the region
   * @param png class ids, as large as the region or its image
   */
  public void label(String link, Path png) {
    once(
        request("PUT", link, file(png), "image/png").build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sets a region aside for good. */
  public void skip(String link) {
    send(
        request("POST", link, BodyPublishers.noBody(), null), HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Writes the labelled set, or a selection for another program, into a file.
   *
   * @param format masks, coco, cvat or label-studio
   */
  public void export(String campaign, String format, @Nullable String selection, Path out) {
    String path = campaignPath(campaign) + "/export?format=" + encoded(format);
    download(selection == null ? path : path + "&selection=" + encoded(selection), out);
  }

  /** Downloads a backup of the service. */
  public void backup(Path out) {
    download("/api/backup", out);
  }

  /** Writes a file that is there when all of it has arrived. */
  private void download(String path, Path out) {
    Path part = out.resolveSibling("." + out.getFileName() + ".part");
    try {
      send(request("GET", path, null, null), HttpResponse.BodyHandlers.ofFile(part));
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new FlipsideException(out + ": cannot be written: " + e, e);
    } finally {
      part.toFile().delete();
    }
  }

  /**
   * Sends the answers of another program. Not repeated: the outcome of each answer would be lost.
   *
   * @param format cvat, label-studio, coco, coco-panoptic, labelme, masks or voc
   */
  public ImportOutcome importAnswers(
      String campaign, String format, ImportSettings settings, Path answers) {
    StringBuilder path = new StringBuilder(campaignPath(campaign) + "/import");
    path.append("?format=").append(encoded(format));
    settings.parameters().forEach((name, value) -> path.append('&' + name + '=' + encoded(value)));
    HttpRequest request =
        request("POST", path.toString(), file(answers), "application/octet-stream").build();
    return read(
        request, once(request, HttpResponse.BodyHandlers.ofString()).body(), ImportOutcome.class);
  }

  /**
   * Adds a model and returns its id.
   *
   * @param name name to give it, null for none
   */
  public String addModel(Path onnx, @Nullable String name) {
    String path = name == null ? "/api/models" : "/api/models?name=" + encoded(name);
    return json(request("POST", path, file(onnx), "application/octet-stream"), JsonNode.class)
        .path("id")
        .asText();
  }

  /** Makes a model the one that new scorings use. */
  public void activate(String model) {
    send(
        request("PUT", "/api/models/active", write(Map.of("id", model)), null),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Scores the pool of a campaign with a model, in the background.
   *
   * @param model id of a registered model
   */
  public void score(String campaign, String model) {
    send(
        request("POST", campaignPath(campaign) + "/scorings", write(Map.of("model", model)), null),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Returns the rounds of training on a campaign, oldest first. */
  public List<RemoteRound> rounds(String campaign) {
    return json(request("GET", roundPath(campaign, ""), null, null), RemoteRound.All.class)
        .rounds();
  }

  /**
   * Begins a round of training, or continues the one that the agent holds.
   *
   * @throws RefusedException if another agent trains on the campaign
   */
  public RemoteRound begin(String campaign, String agent) {
    return json(
        request("POST", roundPath(campaign, ""), write(Map.of("agent", agent)), null),
        RemoteRound.class);
  }

  /**
   * Reports on a round of training. Asks once while the round runs, as the next report follows.
   *
   * @param state RUNNING, DONE or FAILED
   * @throws RefusedException if the agent does not hold the round any more
   */
  public void report(
      String campaign, int round, String agent, String state, RemoteRound.Training training) {
    HttpRequest.Builder request =
        request(
            "PUT",
            roundPath(campaign, "/" + round),
            write(Map.of("agent", agent, "state", state, "training", training)),
            null);
    if (state.equals("RUNNING")) {
      once(request.timeout(REPORT_PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    } else {
      send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Registers the model of a round that the agent holds, and returns its id. */
  public String addModel(String campaign, int round, String agent, Path onnx) {
    String path = roundPath(campaign, "/" + round + "/model?agent=" + encoded(agent));
    return json(request("PUT", path, file(onnx), "application/octet-stream"), JsonNode.class)
        .path("id")
        .asText();
  }

  /**
   * Streams the last change of the label of each region, in the order of the changes.
   *
   * @param after sequence number of the last change that is known already, 0 for none
   */
  public void labels(String campaign, long after, Consumer<RemoteLabel> each) {
    HttpRequest.Builder request =
        request("GET", campaignPath(campaign) + "/labels?after=" + after, null, null);
    try (Stream<String> lines = send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      lines.forEach(line -> each.accept(read(request.build(), line, RemoteLabel.class)));
    } catch (UncheckedIOException e) {
      throw new UnavailableException(base + ": the labels ended early (" + e.getCause() + ")", e);
    }
  }

  private static String roundPath(String campaign, String below) {
    return campaignPath(campaign) + "/rounds" + below;
  }

  private static String campaignPath(String id) {
    return "/api/campaigns/" + encoded(id);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static BodyPublisher file(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw new FlipsideException(file + ": file not found", e);
    }
  }

  private static BodyPublisher write(Map<String, Object> members) {
    return BodyPublishers.ofString(json(members));
  }

  static String json(Map<String, ?> members) {
    try {
      return JSON.writeValueAsString(members);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("members that are no JSON: " + members, e);
    }
  }

  private HttpRequest.Builder request(
      String method, String path, @Nullable BodyPublisher body, @Nullable String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", type == null ? "application/json" : type)
            .method(method, body == null ? BodyPublishers.noBody() : body);
    return key == null ? request : request.header("X-Api-Key", key);
  }

  private <T> T json(HttpRequest.Builder request, Class<T> type) {
    return read(request.build(), send(request, HttpResponse.BodyHandlers.ofString()).body(), type);
  }

  private static <T> T read(HttpRequest request, String body, Class<T> type) {
    try {
      return JSON.readValue(body, type);
    } catch (JsonProcessingException e) {
      throw new FlipsideException(
          request.uri() + ": unexpected response; the service may be another version of Flipside",
          e);
    }
  }

  /** Sends a request that may be repeated. */
  private <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    HttpRequest built = request.build();
    for (int attempt = 1; ; attempt++) {
      try {
        return once(built, handler);
      } catch (UnavailableException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        pause(FIRST_PAUSE_MS << attempt);
      }
    }
  }

  private <T> HttpResponse<T> once(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    // What a refusal says must not end up in the file that an export is written to.
    HttpResponse.BodyHandler<Object> either =
        info ->
            info.statusCode() < 300
                ? HttpResponse.BodySubscribers.mapping(handler.apply(info), body -> (Object) body)
                : HttpResponse.BodySubscribers.mapping(
                    HttpResponse.BodySubscribers.ofInputStream(), body -> (Object) body);
    try {
      HttpResponse<Object> answer = http.send(request, either);
      if (answer.statusCode() < 300) {
        @SuppressWarnings("unchecked") // made by the handler
        HttpResponse<T> good = (HttpResponse<T>) (HttpResponse<?>) answer;
        return good;
      }
      throw refused(request, answer.statusCode(), (InputStream) answer.body());
    } catch (IOException e) {
      throw new UnavailableException(
          request.uri() + ": no response (" + e + "). Is the service running?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlipsideException(request.uri() + ": interrupted", e);
    }
  }

  private static FlipsideException refused(HttpRequest request, int status, InputStream body)
      throws IOException {
    String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
    String detail;
    try {
      detail = JSON.readTree(text).path("detail").asText(text);
    } catch (JsonProcessingException e) {
      detail = text;
    }
    String message = request.uri() + ": " + status + ", " + detail;
    return status == TOO_MANY || status == UNAVAILABLE
        ? new UnavailableException(message, null)
        : new RefusedException(status, message);
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlipsideException("interrupted while the service was busy", e);
    }
  }
}
