package dev.flipside.api.campaign.store;

import static dev.flipside.api.campaign.store.Fixtures.label;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.TestDatabases;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.scorer.selection.SelectedRegion;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The main class of a process that shares a ledger with the test that started it. */
final class AnnotatorProcess {
  private AnnotatorProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    String campaign = arguments[2];
    switch (arguments[0]) {
      case "label" -> labelAll(arguments[1], campaign);
      case "half" -> stopHalfWay(arguments[1], campaign);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Leases and labels until nothing is left, and names each region once its label is confirmed. */
  private static void labelAll(String url, String campaign) {
    try (CampaignStore store = Stores.open(url, new ManualClock())) {
      LeaseRequest request =
          new LeaseRequest(campaign, Fixtures.MODEL, 5, "the other", Duration.ofHours(1));
      for (Lease lease = store.lease(request);
          !lease.regions().isEmpty();
          lease = store.lease(request)) {
        for (SelectedRegion each : lease.regions()) {
          store.label(lease.id(), each.id(), label(each.region(), 1));
          System.out.print(each.id() + "\n");
          System.out.flush();
        }
      }
    }
  }

  /** Leases a hundred regions in a transaction that does not end. */
  private static void stopHalfWay(String url, String campaign) {
    try (Database database = TestDatabases.open(url)) {
      CandidateHeaps heaps = new CandidateHeaps(1000);
      LeaseRequest request =
          new LeaseRequest(campaign, Fixtures.MODEL, 100, "the other", Duration.ofHours(1));
      try {
        database.write(sql -> new LeaseAllocator(sql, heaps).allocate(request, "first", 0));
        throw new IllegalStateException("a heap was there before it was built");
      } catch (CandidateHeaps.Missing missing) {
        heaps.build(database, missing);
      }
      database.write(
          sql -> {
            Lease lease = new LeaseAllocator(sql, heaps).allocate(request, "second", 0);
            System.out.println("half done");
            System.out.flush();
            forever();
            return lease;
          });
    }
  }

  private static void forever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
