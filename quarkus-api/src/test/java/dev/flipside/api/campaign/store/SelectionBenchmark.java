package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.RegionScores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * How long a lease of ten regions takes when many clients ask at once: {@code SelectionBenchmark
 * URL IMAGES CLIENTS SECONDS}. Fills the ledger with synthetic scores of 32 regions an image,
 * unless it holds a campaign already. Selects for that long twice; the first time warms up.
 */
final class SelectionBenchmark {
  private static final GridSpec GRID = new GridSpec.Counts(4, 8);
  private static final RegionGrid REGIONS = GRID.on(new ImageSize(512, 1024));

  /** As the service names scores: model and strategy. */
  private static final String MODEL = "sha256:synthetic/flip-entropy";

  private SelectionBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int images = Integer.parseInt(arguments[1]);
    int clients = Integer.parseInt(arguments[2]);
    Duration duration = Duration.ofSeconds(Integer.parseInt(arguments[3]));
    long opening = System.nanoTime();
    try (CampaignStore store = Stores.open(arguments[0])) {
      say("open", opening);
      Campaign campaign = store.list().isEmpty() ? fill(store, images) : store.list().get(0);
      long first = System.nanoTime();
      store.lease(request(campaign, "first"));
      say("first lease, with the pass over all scores", first);
      select(store, campaign, clients, duration, "warming up, ");
      select(store, campaign, clients, duration, "");
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          Locale.ROOT,
          "heap in use afterwards: %d MB%n",
          (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
  }

  private static Campaign fill(CampaignStore store, int images) {
    Campaign campaign =
        store.create(
            new CampaignPlan(
                "bench",
                Path.of("pool"),
                "folder",
                null,
                ClassMap.CITYSCAPES,
                GRID,
                CampaignPlan.UNLIMITED,
                "flip-entropy"));
    long registering = System.nanoTime();
    Iterable<String> names =
        () -> IntStream.range(0, images).mapToObj(SelectionBenchmark::name).iterator();
    store.registerImages(campaign.id(), names);
    say("register " + images + " images", registering);
    long scoring = System.nanoTime();
    Random random = new Random(1);
    try (ScoreWriter writer = store.scoreWriter(campaign.id(), MODEL)) {
      for (String name : names) {
        float[] scores = new float[REGIONS.count()];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = random.nextFloat() * 5;
        }
        writer.accept(new RegionScores(name, REGIONS, scores));
      }
    }
    say("put their scores", scoring);
    noteScoring(store, campaign, images);
    return campaign;
  }

  /** Lets the service take the scores for those of a scoring of its own. */
  private static void noteScoring(CampaignStore store, Campaign campaign, int images) {
    JobStore jobs = store.jobs();
    Job job =
        jobs.create(
            "scoring",
            campaign.id(),
            "{\"model\":\"sha256:synthetic\",\"strategy\":\"flip-entropy\"}");
    jobs.claim("benchmark", Duration.ofHours(1));
    jobs.finish(
        job.id(),
        "benchmark",
        Job.State.DONE,
        "{\"scored\":" + images + ",\"failed\":0,\"failures\":[]}");
  }

  private static String name(int image) {
    return String.format(Locale.ROOT, "train/%04d/%07d.png", image / 1000, image);
  }

  private static LeaseRequest request(Campaign campaign, String annotator) {
    return new LeaseRequest(campaign.id(), MODEL, 10, annotator, Duration.ofHours(1));
  }

  private static void select(
      CampaignStore store, Campaign campaign, int clients, Duration duration, String when)
      throws Exception {
    Set<RegionId> seen = ConcurrentHashMap.newKeySet();
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    try {
      List<Callable<List<Long>>> work = new ArrayList<>();
      long end = System.nanoTime() + duration.toNanos();
      for (int i = 0; i < clients; i++) {
        LeaseRequest request = request(campaign, "client " + i);
        work.add(() -> client(store, request, end, seen));
      }
      List<Long> all = new ArrayList<>();
      for (Future<List<Long>> each : pool.invokeAll(work)) {
        all.addAll(each.get());
      }
      report(when, all, clients, duration);
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Long> client(
      CampaignStore store, LeaseRequest request, long end, Set<RegionId> seen) {
    List<Long> times = new ArrayList<>();
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      Lease lease = store.lease(request);
      times.add(System.nanoTime() - start);
      for (RegionId each : Fixtures.ids(lease)) {
        if (!seen.add(each)) {
          throw new IllegalStateException(each + " was handed out twice");
        }
      }
    }
    return times;
  }

  private static void report(String when, List<Long> all, int clients, Duration duration) {
    long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s%d clients: %d leases, %d a second, p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms,"
            + " none twice%n",
        when,
        clients,
        sorted.length,
        sorted.length / duration.toSeconds(),
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 0.999),
        at(sorted, 1));
  }

  private static double at(long[] sorted, double quantile) {
    return sorted[(int) ((sorted.length - 1) * quantile)] / 1e6;
  }

  private static void say(String what, long since) {
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, (System.nanoTime() - since) / 1e9);
  }
}
