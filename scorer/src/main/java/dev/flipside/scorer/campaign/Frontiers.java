package dev.flipside.scorer.campaign;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** Scores and taken regions both come in the order of image and region, and are merged. */
  private static void fill(Frontier frontier, Sql sql, String campaign, int scoring)
      throws SQLException {
    try (Sql.Cursor taken =
            sql.cursor(
                "SELECT image, region FROM regions WHERE campaign = ? AND state <> 'UNLABELLED'"
                    + " ORDER BY image, region",
                campaign);
        Sql.Cursor scored =
            sql.cursor(
                "SELECT s.image, i.position, s.scores FROM scores s JOIN images i ON i.campaign = ?"
                    + " AND i.image = s.image WHERE s.scoring = ? ORDER BY s.image",
                campaign,
                scoring)) {
      long nextTaken = next(taken);
      while (scored.next()) {
        int image = scored.row().getInt(1);
        int position = scored.row().getInt(2);
        float[] scores = Floats.floats(scored.row().getBytes(3));
        for (int region = 0; region < scores.length; region++) {
          long place = (long) image << 32 | region;
          while (nextTaken < place) {
            nextTaken = next(taken);
          }
          if (nextTaken != place) {
            frontier.add(scores[region], position, image, region);
          }
        }
      }
    }
  }

  private static long next(Sql.Cursor taken) throws SQLException {
    return taken.next()
        ? (long) taken.row().getInt(1) << 32 | taken.row().getInt(2)
        : Long.MAX_VALUE;
  }

  /** Adds what has become selectable since a frontier last looked. */
  static void catchUp(Frontier frontier, Sql sql, CampaignTable.Entry campaign, int scoring)
      throws SQLException {
    if (frontier.version() == campaign.version()) {
      return;
    }
    sql.each(
        "SELECT s.image, i.position, s.scores FROM scores s JOIN images i ON i.campaign = ? AND"
            + " i.image = s.image WHERE s.scoring = ? AND s.version > ?",
        row -> {
          float[] scores = Floats.floats(row.getBytes(3));
          for (int region = 0; region < scores.length; region++) {
            frontier.add(scores[region], row.getInt(2), row.getInt(1), region);
          }
        },
        campaign.id(),
        scoring,
        frontier.version());
    sql.each(
        "SELECT r.image, r.region, i.position, s.scores FROM regions r JOIN images i ON i.campaign"
            + " = r.campaign AND i.image = r.image JOIN scores s ON s.scoring = ? AND s.image ="
            + " r.image WHERE r.campaign = ? AND r.state = 'UNLABELLED' AND r.version > ?",
        row -> {
          int region = row.getInt(2);
          frontier.add(
              Floats.floats(row.getBytes(4))[region], row.getInt(3), row.getInt(1), region);
        },
        scoring,
        campaign.id(),
        frontier.version());
    frontier.caughtUp(campaign.version());
  }
}
