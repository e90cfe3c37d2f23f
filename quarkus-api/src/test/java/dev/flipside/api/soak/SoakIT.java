package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.Stores;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many annotators at one campaign, while the service is killed and its model replaced: every region
 * is labelled exactly once, and no confirmed label is lost. More with {@code
 * -Dflipside.soak.images=N -Dflipside.soak.kills=N}.
 */
class SoakIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANNOTATORS = 64;
  private static final int REGIONS_EACH = 6;
  private static final int IMAGES = Integer.getInteger("flipside.soak.images", 150);
  private static final int KILLS = Integer.getInteger("flipside.soak.kills", 3);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Confirmations confirmations = new Confirmations();
  private final List<String> models = new ArrayList<>();

  @TempDir Path folder;

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void label_manyAnnotatorsKillsAndSwaps_everyRegionExactlyOnce() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    TestData.writePool(root.resolve("pool"), IMAGES);
    Path data = Files.createDirectory(folder.resolve("data"));
    String campaign;
    try (ServiceProcess service = new ServiceProcess(root, data)) {
      service.start();
      addModels(service);
      campaign =
          ask(
                  service,
                  "POST",
                  "/api/campaigns",
                  "{\"name\":\"soak\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\""
                      + models.get(0)
                      + "\"}")
              .get("id")
              .asText();
      work(service, campaign);
    }
    verify(data, campaign);
  }

  private void addModels(ServiceProcess service) throws Exception {
    for (int seed = 1; seed <= 2; seed++) {
      HttpRequest upload =
          HttpRequest.newBuilder(service.at("/api/models"))
              .header("Content-Type", "application/octet-stream")
              .POST(BodyPublishers.ofByteArray(TestData.model(seed).proto().toByteArray()))
              .build();
      models.add(
          JSON.readTree(http.send(upload, HttpResponse.BodyHandlers.ofByteArray()).body())
              .get("id")
              .asText());
    }
  }

  private void work(ServiceProcess service, String campaign) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(ANNOTATORS);
    try {
      List<Future<Integer>> annotators = new ArrayList<>();
      for (int number = 0; number < ANNOTATORS; number++) {
        annotators.add(
            pool.submit(
                new Annotator(service, campaign, IMAGES * REGIONS_EACH, number, confirmations)));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        swap(service, campaign, models.get((kill + 1) % models.size()));
        // So far into the work, however fast it goes here.
        int enough = (kill + 1) * IMAGES * REGIONS_EACH / (KILLS + 1);
        while (confirmations.size() < enough && stillGoing(annotators)) {
          Thread.sleep(10);
        }
        service.kill();
        service.start();
      }
      for (Future<Integer> each : annotators) {
        assertThat(each.get()).isPositive();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean stillGoing(List<Future<Integer>> annotators) {
    return annotators.stream().anyMatch(each -> !each.isDone());
  }

  private void swap(ServiceProcess service, String campaign, String model) throws Exception {
    ask(service, "PUT", "/api/models/active", "{\"id\":\"" + model + "\"}");
    ask(service, "POST", "/api/campaigns/" + campaign + "/scorings", "{}");
  }

  private JsonNode ask(ServiceProcess service, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.at(path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }

  /** Looks into the ledger itself, not through the service that wrote it. */
  private void verify(Path data, String campaign) {
    try (CampaignStore store = Stores.open(data.resolve("campaigns.db"))) {
      assertThat(store.progress(campaign).labelled()).isEqualTo((long) IMAGES * REGIONS_EACH);
      Set<RegionId> seen = new HashSet<>();
      store
          .labels()
          .labelledRegions(
              campaign,
              labelled -> {
                RegionId id = labelled.id();
                assertThat(seen.add(id)).as("%s labelled once", id).isTrue();
                LabelMap label = labelled.label();
                assertThat(confirmations.allows(RegionPathSegment.of(id), label.ids()))
                    .as("%s holds the label that was confirmed", id)
                    .isTrue();
              });
      assertThat(seen).hasSize(IMAGES * REGIONS_EACH);
      for (RegionId id : seen) {
        assertThat(store.region(campaign, id).state()).isEqualTo(RegionState.LABELLED);
      }
      assertThat(confirmations.size()).isLessThanOrEqualTo(seen.size());
    }
  }
}
