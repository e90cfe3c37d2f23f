package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.codec.ScoreCodec;
import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.heap.CandidateHeap;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Cache of the candidate heaps of the most recently used scorings. */
final class CandidateHeaps {
  private static final int KEPT = 4;

  private final int capacity;
  private final ReentrantLock building = new ReentrantLock();
  private final Map<Integer, CandidateHeap> latest = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity regions per heap; a heap is larger if one lease needs more
   */
  CandidateHeaps(int capacity) {
    this.capacity = capacity;
  }

  /** Thrown when a lease needs a heap that must first be built in a separate transaction. */
  static final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String campaign;
    private final int scoring;
    private final int wanted;

    /**
     * @param wanted number of regions that the lease needs
     */
    Missing(String campaign, int scoring, int wanted) {
      super(null, null, false, false);
      this.campaign = campaign;
      this.scoring = scoring;
      this.wanted = wanted;
    }
  }

  synchronized @Nullable CandidateHeap find(int scoring) {
    return latest.get(scoring);
  }

  synchronized void drop(int scoring) {
    latest.remove(scoring);
  }

  /** Drops all heaps, because a transaction that changed some of them was rolled back. */
  synchronized void dropAll() {
    latest.clear();
  }

  private synchronized void keep(int scoring, CandidateHeap heap) {
    latest.put(scoring, heap);
    if (latest.size() > KEPT) {
      latest.remove(latest.keySet().iterator().next());
    }
  }

  /**
   * Builds a heap in one pass over the scores. Concurrent calls for the same heap build it once.
   */
  void build(Database database, Missing missing) {
    building.lock();
    try {
      if (find(missing.scoring) == null) {
        keep(
            missing.scoring,
            database.read(
                sql -> {
                  CampaignTable.Entry campaign = new CampaignTable(sql).entry(missing.campaign);
                  CandidateHeap heap =
                      new CandidateHeap(
                          Math.max(capacity, missing.wanted),
                          campaign.poolEpoch(),
                          campaign.version());
                  fill(heap, sql, campaign.id(), missing.scoring);
                  return heap;
                }));
      }
    } finally {
      building.unlock();
    }
  }

  /** Merges scores with labeled and skipped regions; both are ordered by image and region. */
  private static void fill(CandidateHeap heap, Sql sql, String campaign, int scoring)
      throws SQLException {
    LongSet held = new LeaseTable(sql).held(campaign);
    try (Sql.Cursor settled =
            sql.cursor(
                "SELECT image, region FROM regions WHERE campaign = ? ORDER BY image, region",
                campaign);
        Sql.Cursor scored =
            sql.cursor(
                "SELECT s.image, i.position, s.scores FROM scores s JOIN images i ON i.campaign = ?"
                    + " AND i.image = s.image WHERE s.scoring = ? ORDER BY s.image",
                campaign,
                scoring)) {
      long nextSettled = next(settled);
      while (scored.next()) {
        int image = scored.row().getInt(1);
        int position = scored.row().getInt(2);
        float[] scores = ScoreCodec.floats(scored.row().getBytes(3));
        for (int region = 0; region < scores.length; region++) {
          long place = CandidateHeap.place(image, region);
          while (nextSettled < place) {
            nextSettled = next(settled);
          }
          if (nextSettled != place && !held.contains(place)) {
            heap.add(scores[region], position, image, region);
          }
        }
      }
    }
  }

  private static long next(Sql.Cursor settled) throws SQLException {
    return settled.next()
        ? CandidateHeap.place(settled.row().getInt(1), settled.row().getInt(2))
        : Long.MAX_VALUE;
  }

  /**
   * Applies the changes committed since the version of the heap.
   *
   * @param campaign the locked campaign
   * @return false if the heap must be rebuilt, because images were registered or scored
   */
  static boolean catchUp(CandidateHeap heap, Sql sql, CampaignTable.Entry campaign, int scoring)
      throws SQLException {
    if (heap.poolEpoch() != campaign.poolEpoch()) {
      return false;
    }
    long seen = heap.version();
    if (seen == campaign.version()) {
      return true;
    }
    boolean scored =
        sql.row(
                "SELECT 1 FROM scores WHERE scoring = ? AND version > ? LIMIT 1",
                row -> row.getInt(1),
                scoring,
                seen)
            .isPresent();
    if (scored) {
      return false;
    }
    for (CandidateHeap.Candidate each : reopened(sql, campaign.id(), seen)) {
      giveBack(heap, sql, campaign, scoring, each);
    }
    for (LeaseTable.Entry lease : new LeaseTable(sql).since(campaign.id(), seen)) {
      for (CandidateHeap.Candidate each : lease.selection().regions()) {
        if (lease.openRegions() > 0) {
          heap.take(each.image(), each.region());
        } else {
          giveBack(heap, sql, campaign, scoring, each);
        }
      }
    }
    sql.each(
        "SELECT image, region FROM regions WHERE campaign = ? AND version > 0 AND version > ?",
        row -> heap.take(row.getInt(1), row.getInt(2)),
        campaign.id(),
        seen);
    heap.caughtUp(campaign.version());
    return true;
  }

  /** Returns the regions that became free after a version, other than by the end of a lease. */
  private static List<CandidateHeap.Candidate> reopened(Sql sql, String campaign, long version)
      throws SQLException {
    return sql.rows(
        "SELECT image, region FROM label_events WHERE campaign = ? AND version > 0 AND version > ?",
        row -> new CandidateHeap.Candidate(row.getInt(1), row.getInt(2), 0),
        campaign,
        version);
  }

  /** Returns a region that became free to the heap, unless it was labeled or skipped. */
  private static void giveBack(
      CandidateHeap heap,
      Sql sql,
      CampaignTable.Entry campaign,
      int scoring,
      CandidateHeap.Candidate region)
      throws SQLException {
    record Ranked(int position, float score) {}
    Optional<Ranked> free =
        sql.row(
            "SELECT i.position, s.scores FROM images i JOIN scores s ON s.scoring = ? AND s.image ="
                + " i.image WHERE i.campaign = ? AND i.image = ? AND NOT EXISTS (SELECT 1 FROM"
                + " regions r WHERE r.campaign = i.campaign AND r.image = i.image AND r.region ="
                + " ?)",
            row -> new Ranked(row.getInt(1), ScoreCodec.floats(row.getBytes(2))[region.region()]),
            scoring,
            campaign.id(),
            region.image(),
            region.region());
    free.ifPresentOrElse(
        each -> heap.add(each.score(), each.position(), region.image(), region.region()),
        () -> heap.take(region.image(), region.region()));
  }
}
