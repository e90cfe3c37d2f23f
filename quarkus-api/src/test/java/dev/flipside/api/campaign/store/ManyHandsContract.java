package dev.flipside.api.campaign.store;

import static dev.flipside.api.campaign.store.Fixtures.HOUR;
import static dev.flipside.api.campaign.store.Fixtures.label;
import static dev.flipside.api.campaign.store.Fixtures.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.TestDatabases;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.heap.CandidateHeap;
import dev.flipside.api.campaign.store.heap.SelectionCodec;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What holds in every database when many threads and processes use a ledger, and some are killed.
 * Tests the store itself, always on the JVM; {@code LedgerIT} and {@code SoakIT} run the packaged
 * service, or its native executable, on one.
 */
abstract class ManyHandsContract {
  private final ManualClock clock = new ManualClock();
  private CampaignStore store;

  /** An address of a database of this test's own, the same at every call. */
  abstract String url();

  @BeforeEach
  void open() {
    store = Stores.open(url(), clock);
  }

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void lease_64ThreadsOnTwoNodes_eachOf10000RegionsIsLabelledOnce() throws Exception {
    Campaign campaign = Fixtures.random(store, 400, new GridSpec.Counts(5, 5), 3);
    Set<RegionId> labelled = ConcurrentHashMap.newKeySet();
    AtomicInteger late = new AtomicInteger();
    ExecutorService annotators = Executors.newFixedThreadPool(64);
    try (CampaignStore second = Stores.open(url(), clock)) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        Random random = new Random(i);
        CampaignStore node = i % 2 == 0 ? store : second;
        String name = "annotator " + i;
        work.add(() -> annotate(node, campaign, name, random, labelled, late));
      }
      int count = 0;
      for (Future<Integer> each : annotators.invokeAll(work)) {
        count += each.get();
      }
      assertThat(count).isEqualTo(10_000);
    } finally {
      annotators.shutdownNow();
    }
    assertThat(labelled).hasSize(10_000);
    assertThat(late.get()).isPositive();
    Set<RegionId> inLedger = new HashSet<>();
    store
        .labels()
        .labelledRegions(campaign.id(), each -> assertThat(inLedger.add(each.id())).isTrue());
    assertThat(inLedger).isEqualTo(labelled);
    assertThat(store.progress(campaign.id()))
        .isEqualTo(new CampaignProgress(400, 10_000, 0, 10_000, 0, CampaignPlan.UNLIMITED));
  }

  /** Leases, and labels, gives back or forgets what it has, until all is labelled. */
  private int annotate(
      CampaignStore node,
      Campaign campaign,
      String name,
      Random random,
      Set<RegionId> labelled,
      AtomicInteger late) {
    int count = 0;
    while (node.progress(campaign.id()).labelled() < 10_000) {
      Lease lease = node.lease(request(campaign, 1 + random.nextInt(40), name));
      int chance = random.nextInt(20);
      if (chance == 0) {
        node.release(lease.id());
      } else if (chance > 1) {
        for (SelectedRegion each : lease.regions()) {
          try {
            node.label(lease.id(), each.id(), label(each.region(), 1));
            assertThat(labelled.add(each.id())).as("%s labelled twice", each.id()).isTrue();
            count++;
          } catch (RegionConflictException e) {
            late.incrementAndGet();
          }
        }
      }
      // After some 400 leases the first ones are over, also those that are being worked on.
      clock.forward(HOUR.dividedBy(400));
    }
    return count;
  }

  @Test
  void kill_whileLabelling_nothingConfirmedIsLost() throws Exception {
    Campaign campaign = Fixtures.random(store, 400, new GridSpec.Counts(5, 5), 3);
    Random random = new Random(5);
    Set<String> confirmed = new HashSet<>();
    for (int round = 0; round < 6; round++) {
      try (Annotator annotator = Annotator.start("label", url(), campaign.id())) {
        int lines = random.nextInt(150);
        for (int line = 0; line < lines; line++) {
          assertThat(confirmed.add(annotator.line())).isTrue();
        }
        annotator.kill();
        // What it had confirmed when it died and nobody had read yet.
        annotator.rest().forEach(each -> assertThat(confirmed.add(each)).isTrue());
      }
    }

    Set<String> inLedger = new HashSet<>();
    store.labels().labelledRegions(campaign.id(), each -> inLedger.add(each.id().toString()));
    assertThat(confirmed).isNotEmpty();
    assertThat(inLedger).containsAll(confirmed);
    // Each killed process may have been cut off between the commit and saying so.
    assertThat(inLedger.size() - confirmed.size()).isBetween(0, 6);
    assertConsistent(campaign);
  }

  @Test
  void kill_insideATransaction_nothingOfItIsKept() throws Exception {
    Campaign campaign = Fixtures.random(store, 20, new GridSpec.Counts(5, 5), 3);
    CampaignProgress before = store.progress(campaign.id());
    try (Annotator annotator = Annotator.start("half", url(), campaign.id())) {
      assertThat(annotator.line()).isEqualTo("half done");
      annotator.kill();
    }

    assertThat(store.progress(campaign.id())).isEqualTo(before);
    assertThat(store.lease(request(campaign, 500, "ann")).regions()).hasSize(500);
    assertConsistent(campaign);
  }

  @Test
  void twoProcesses_oneCampaign_noRegionTwice() throws Exception {
    Campaign campaign = Fixtures.random(store, 100, new GridSpec.Counts(5, 5), 3);
    Set<String> mine = new HashSet<>();
    Set<String> theirs = new HashSet<>();
    // Leased before the other starts: on a busy machine it may take all that is free in one go.
    Lease lease = store.lease(request(campaign, 30, "ann"));
    try (Annotator annotator = Annotator.start("label", url(), campaign.id())) {
      theirs.add(annotator.line());
      while (!lease.regions().isEmpty()) {
        for (SelectedRegion each : lease.regions()) {
          store.label(lease.id(), each.id(), label(each.region(), 2));
          mine.add(each.id().toString());
        }
        lease = store.lease(request(campaign, 3, "ann"));
      }
      theirs.addAll(annotator.rest());
    }

    assertThat(mine).isNotEmpty().doesNotContainAnyElementsOf(theirs);
    assertThat(mine.size() + theirs.size()).isEqualTo(2500);
    assertThat(store.progress(campaign.id()).labelled()).isEqualTo(2500);
    assertConsistent(campaign);
  }

  /** The counts in the campaign are those of its rows. */
  private void assertConsistent(Campaign campaign) {
    Map<String, Long> counted = new HashMap<>();
    Set<Long> settled = new HashSet<>();
    Set<Long> held = new HashSet<>();
    try (Database database = TestDatabases.open(url())) {
      database.read(
          sql -> {
            sql.each(
                "SELECT state, COUNT(*) FROM regions WHERE campaign = ? GROUP BY state",
                row -> counted.put(row.getString(1), row.getLong(2)),
                campaign.id());
            sql.each(
                "SELECT COUNT(*) FROM labels WHERE campaign = ?",
                row -> counted.put("labels", row.getLong(1)),
                campaign.id());
            sql.each(
                "SELECT COALESCE(SUM(open_regions), 0) FROM leases WHERE campaign = ?",
                row -> counted.put("open", row.getLong(1)),
                campaign.id());
            sql.each(
                "SELECT image, region FROM regions WHERE campaign = ?",
                row -> settled.add(CandidateHeap.place(row.getInt(1), row.getInt(2))),
                campaign.id());
            sql.each(
                "SELECT selection FROM leases WHERE campaign = ? AND open_regions > 0",
                row ->
                    SelectionCodec.read(row.getBytes(1)).regions().stream()
                        .map(each -> CandidateHeap.place(each.image(), each.region()))
                        .filter(each -> !settled.contains(each))
                        .forEach(each -> assertThat(held.add(each)).isTrue()),
                campaign.id());
            return counted;
          });
    }
    CampaignProgress progress = store.progress(campaign.id());
    assertThat(progress.labelled()).isEqualTo(counted.getOrDefault("LABELLED", 0L));
    assertThat(progress.labelled()).isEqualTo(counted.get("labels"));
    assertThat(progress.leased()).isEqualTo(held.size());
    assertThat(progress.leased()).isEqualTo(counted.get("open"));
    assertThat(progress.skipped()).isEqualTo(counted.getOrDefault("SKIPPED", 0L));
  }

  /** Another process with the same ledger; see {@link AnnotatorProcess}. */
  private record Annotator(Process process, BufferedReader lines) implements AutoCloseable {
    static Annotator start(String what, String url, String campaign) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  AnnotatorProcess.class.getName(),
                  what,
                  url,
                  campaign)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return new Annotator(process, process.inputReader(UTF_8));
    }

    String line() throws IOException {
      String line = lines.readLine();
      assertThat(line).as("the other process ended").isNotNull();
      return line;
    }

    /** Whole lines until the process ends. */
    List<String> rest() throws IOException {
      List<String> rest = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      for (int c = lines.read(); c >= 0; c = lines.read()) {
        if (c == '\n') {
          rest.add(line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
        }
      }
      return rest;
    }

    /** As {@code kill -9}; what it had written can still be read. */
    void kill() throws InterruptedException {
      process.toHandle().destroyForcibly();
      process.waitFor();
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      lines.close();
    }
  }
}
