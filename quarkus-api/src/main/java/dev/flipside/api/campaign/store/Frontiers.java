package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The frontiers of the scorings that leases were taken from lately. */
final class Frontiers {
  private static final int KEPT = 4;

  private final int capacity;
  private final ReentrantLock building = new ReentrantLock();
  private final Map<Integer, Frontier> latest = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity regions that each frontier keeps, more where one lease needs more
   */
  Frontiers(int capacity) {
    this.capacity = capacity;
  }

  /** A lease needs a frontier that must first be built, outside of its transaction. */
  static final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String campaign;
    private final int scoring;
    private final int wanted;

    /**
     * @param wanted regions that the lease needs from it
     */
    Missing(String campaign, int scoring, int wanted) {
      super(null, null, false, false);
      this.campaign = campaign;
      this.scoring = scoring;
      this.wanted = wanted;
    }
  }

  synchronized @Nullable Frontier find(int scoring) {
    return latest.get(scoring);
  }

  synchronized void drop(int scoring) {
    latest.remove(scoring);
  }

  /** Forgets all of them: a transaction that had used some was not committed. */
  synchronized void dropAll() {
    latest.clear();
  }

  private synchronized void keep(int scoring, Frontier frontier) {
    latest.put(scoring, frontier);
    if (latest.size() > KEPT) {
      latest.remove(latest.keySet().iterator().next());
    }
  }

  /** Builds a frontier in one pass over the scores; many who need the same one share it. */
  void build(Database database, Missing missing) {
    building.lock();
    try {
      if (find(missing.scoring) == null) {
        keep(
            missing.scoring,
            database.read(
                sql -> {
                  CampaignTable.Entry campaign = new CampaignTable(sql).entry(missing.campaign);
                  Frontier frontier =
                      new Frontier(
                          Math.max(capacity, missing.wanted),
                          campaign.poolEpoch(),
                          campaign.version());
                  fill(frontier, sql, campaign.id(), missing.scoring);
                  return frontier;
                }));
      }
    } finally {
      building.unlock();
    }
  }

  /** Scores and settled regions both come in the order of image and region, and are merged. */
  private static void fill(Frontier frontier, Sql sql, String campaign, int scoring)
      throws SQLException {
    PlaceSet held = new LeaseTable(sql).held(campaign);
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
        float[] scores = Floats.floats(scored.row().getBytes(3));
        for (int region = 0; region < scores.length; region++) {
          long place = PlaceSet.place(image, region);
          while (nextSettled < place) {
            nextSettled = next(settled);
          }
          if (nextSettled != place && !held.contains(place)) {
            frontier.add(scores[region], position, image, region);
          }
        }
      }
    }
  }

  private static long next(Sql.Cursor settled) throws SQLException {
    return settled.next()
        ? PlaceSet.place(settled.row().getInt(1), settled.row().getInt(2))
        : Long.MAX_VALUE;
  }

  /**
   * Lets a frontier follow what was committed since it last looked.
   *
   * @param campaign as it is now, locked
   * @return false if the frontier must be built anew: images were registered or scored
   */
  static boolean catchUp(Frontier frontier, Sql sql, CampaignTable.Entry campaign, int scoring)
      throws SQLException {
    if (frontier.poolEpoch() != campaign.poolEpoch()) {
      return false;
    }
    long seen = frontier.version();
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
    for (LeaseTable.Entry lease : new LeaseTable(sql).since(campaign.id(), seen)) {
      for (Frontier.Candidate each : lease.selection().regions()) {
        if (lease.openRegions() > 0) {
          frontier.take(each.image(), each.region());
        } else {
          giveBack(frontier, sql, campaign, scoring, each);
        }
      }
    }
    sql.each(
        "SELECT image, region FROM regions WHERE campaign = ? AND version > 0 AND version > ?",
        row -> frontier.take(row.getInt(1), row.getInt(2)),
        campaign.id(),
        seen);
    frontier.caughtUp(campaign.version());
    return true;
  }

  /** A region that an ended lease had is free, unless it was labelled or skipped meanwhile. */
  private static void giveBack(
      Frontier frontier,
      Sql sql,
      CampaignTable.Entry campaign,
      int scoring,
      Frontier.Candidate region)
      throws SQLException {
    record Ranked(int position, float score) {}
    Optional<Ranked> free =
        sql.row(
            "SELECT i.position, s.scores FROM images i JOIN scores s ON s.scoring = ? AND s.image ="
                + " i.image WHERE i.campaign = ? AND i.image = ? AND NOT EXISTS (SELECT 1 FROM"
                + " regions r WHERE r.campaign = i.campaign AND r.image = i.image AND r.region ="
                + " ?)",
            row -> new Ranked(row.getInt(1), Floats.floats(row.getBytes(2))[region.region()]),
            scoring,
            campaign.id(),
            region.image(),
            region.region());
    free.ifPresentOrElse(
        each -> frontier.add(each.score(), each.position(), region.image(), region.region()),
        () -> frontier.take(region.image(), region.region()));
  }
}
