package dev.flipside.api.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageWriter;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Labels regions until there are none left: quickly, too late, twice or not at all, whatever the
 * dice say, and asks again when the service is gone.
 */
final class Annotator implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIDE = 20;

  private final ServiceProcess service;
  private final String campaign;
  private final int regions;
  private final String name;
  private final Confirmations confirmations;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private int requests;

  /**
   * @param regions how many there are to label in all
   */
  Annotator(
      ServiceProcess service,
      String campaign,
      int regions,
      int number,
      Confirmations confirmations) {
    this.service = service;
    this.campaign = campaign;
    this.regions = regions;
    this.name = "annotator " + number;
    this.confirmations = confirmations;
    this.random = new Random(number);
  }

  /** Returns how many requests it made. */
  @Override
  public Integer call() throws Exception {
    while (!done()) {
      JsonNode selection = select();
      if (selection.get("regions").isEmpty()) {
        // Others have the rest, and may lose it.
        Thread.sleep(100 + random.nextInt(200));
        continue;
      }
      double fate = random.nextDouble();
      if (fate < 0.05) {
        insist("DELETE", selection.at("/links/self").asText(), null);
        continue;
      }
      if (fate < 0.15) {
        // The lease runs out; what comes now comes late.
        Thread.sleep(1500);
      }
      for (JsonNode region : selection.get("regions")) {
        label(region);
      }
    }
    return requests;
  }

  private boolean done() throws Exception {
    JsonNode progress =
        JSON.readTree(insist("GET", "/api/campaigns/" + campaign + "/progress", null).body());
    return progress.get("labelled").asLong() == regions;
  }

  /** Asks until there is an answer, always for the same selection. */
  private JsonNode select() throws Exception {
    String key = name + " " + requests;
    String body =
        "{\"k\":%d,\"annotator\":\"%s\",\"leaseSeconds\":%d}"
            .formatted(1 + random.nextInt(4), name, 1 + random.nextInt(3));
    while (true) {
      HttpResponse<byte[]> answer =
          insist("POST", "/api/campaigns/" + campaign + "/selections", body, key);
      if (answer.statusCode() == 201 || answer.statusCode() == 200) {
        return JSON.readTree(answer.body());
      }
      if (answer.statusCode() != 409 && answer.statusCode() != 503) {
        throw new IllegalStateException(
            answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
      }
      Thread.sleep(100);
    }
  }

  private void label(JsonNode region) throws Exception {
    byte[] ids = new byte[SIDE * SIDE];
    for (int pixel = 0; pixel < ids.length; pixel++) {
      ids[pixel] = (byte) random.nextInt(3);
    }
    byte[] png = ImageWriter.encodePng(new LabelMap(new ImageSize(SIDE, SIDE), ids));
    String id = region.get("id").asText();
    String link = region.at("/links/label").asText();
    int status = put(link, png);
    confirmations.note(id, ids, status);
    if (random.nextInt(20) == 0 && put(link, png) == 200 && status == 200) {
      throw new IllegalStateException(id + ": a second label was taken");
    }
  }

  /** The status of the answer, 0 if none came. */
  private int put(String link, byte[] png) throws InterruptedException {
    try {
      return send("PUT", link, png).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private HttpResponse<byte[]> insist(String method, String path, @Nullable String body)
      throws Exception {
    return insist(method, path, body, null);
  }

  private HttpResponse<byte[]> insist(
      String method, String path, @Nullable String body, @Nullable String key)
      throws InterruptedException {
    while (true) {
      try {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(service.at(path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                    method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (key != null) {
          request.header("Idempotency-Key", key);
        }
        requests++;
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      } catch (IOException e) {
        Thread.sleep(200);
      }
    }
  }

  private HttpResponse<byte[]> send(String method, String path, byte @Nullable [] body)
      throws InterruptedException, IOException {
    requests++;
    HttpRequest request =
        HttpRequest.newBuilder(service.at(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "image/png")
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }
}
