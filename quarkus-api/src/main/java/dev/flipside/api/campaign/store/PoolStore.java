package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.codec.ScoreCodec;
import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.campaign.store.pool.ImageQuery;
import dev.flipside.api.campaign.store.pool.ImageState;
import dev.flipside.api.campaign.store.pool.PoolImage;
import dev.flipside.api.campaign.store.pool.PoolIndex;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists the images of campaigns by score, name or state. The orders are kept in memory, so that any
 * part of a long list is answered at once; they are brought up to date with what other transactions
 * have committed.
 *
 * <p>Methods throw {@link NotInStoreException} if a campaign or image does not exist.
 */
public final class PoolStore {
  private static final int KEPT = 4;

  private final Database database;
  private final CampaignTransactions transactions;
  private final Map<String, Known> latest = new LinkedHashMap<>(16, 0.75f, true);

  PoolStore(Database database, CampaignTransactions transactions) {
    this.database = database;
    this.transactions = transactions;
  }

  /** An index and what it has seen. */
  private static final class Known {
    private final PoolIndex index;
    private long version = -1;
    private @Nullable CampaignProgress progress;

    Known(PoolIndex index) {
      this.index = index;
    }
  }

  /**
   * Returns a part of the images that a query lists.
   *
   * @param model key of the scores
   * @param offset number of images to leave out
   * @param most maximum number of images
   */
  public synchronized PoolImage.Page page(
      String campaign, String model, ImageQuery query, int offset, int most) {
    transactions.expireIfDue(campaign);
    return database.read(
        sql -> {
          CampaignTable.Entry entry = new CampaignTable(sql).entry(campaign);
          PoolIndex index = index(sql, entry, model);
          int[] order = index.order(query);
          int from = Math.min(offset, order.length);
          int to = Math.min(order.length, from + Math.min(most, order.length));
          List<Integer> numbers = new ArrayList<>();
          for (int at = from; at < to; at++) {
            numbers.add(order[at]);
          }
          return new PoolImage.Page(order.length, describe(sql, entry, index, numbers));
        });
  }

  private static List<PoolImage> describe(
      Sql sql, CampaignTable.Entry campaign, PoolIndex index, List<Integer> numbers)
      throws SQLException {
    Map<Integer, ImageTable.Entry> entries = new HashMap<>();
    if (!numbers.isEmpty()) {
      new ImageTable(sql, campaign).get(numbers).forEach(each -> entries.put(each.image(), each));
    }
    List<PoolImage> images = new ArrayList<>();
    for (int number : numbers) {
      ImageTable.Entry image = entries.get(number);
      if (image == null) {
        throw new IllegalStateException("image " + number + " is listed but not registered");
      }
      RegionGrid grid = image.grid();
      float score = index.score(number);
      images.add(
          new PoolImage(
              image.name(),
              grid == null ? null : grid.image(),
              grid == null ? 0 : grid.count(),
              Float.isNaN(score) ? null : score,
              index.state(number)));
    }
    return images;
  }

  private PoolIndex index(Sql sql, CampaignTable.Entry campaign, String model) throws SQLException {
    String key = campaign.id() + " " + model;
    Known known = latest.get(key);
    if (known == null || known.index.poolEpoch() != campaign.poolEpoch()) {
      known = new Known(new PoolIndex(byName(sql, campaign.id()), campaign.poolEpoch()));
      latest.put(key, known);
      if (latest.size() > KEPT) {
        latest.remove(latest.keySet().iterator().next());
      }
    }
    // The version counts leases and scores, the progress labels and skipped regions.
    if (known.version != campaign.version()) {
      score(sql, campaign, model, known);
    }
    if (known.version != campaign.version() || !campaign.progress().equals(known.progress)) {
      mark(sql, campaign.id(), known.index);
    }
    known.version = campaign.version();
    known.progress = campaign.progress();
    return known.index;
  }

  private static int[] byName(Sql sql, String campaign) throws SQLException {
    return sql
        .rows(
            "SELECT image FROM images WHERE campaign = ? ORDER BY position, image",
            row -> row.getInt(1),
            campaign)
        .stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void score(Sql sql, CampaignTable.Entry campaign, String model, Known known)
      throws SQLException {
    Optional<Integer> scoring = new ScoreTable(sql, campaign).scoring(model);
    if (scoring.isPresent()) {
      sql.each(
          "SELECT image, scores FROM scores WHERE scoring = ? AND version > ?",
          row -> {
            float best = Float.NEGATIVE_INFINITY;
            for (float each : ScoreCodec.floats(row.getBytes(2))) {
              best = Math.max(best, each);
            }
            known.index.score(row.getInt(1), best);
          },
          scoring.get(),
          known.version);
    }
  }

  private static void mark(Sql sql, String campaign, PoolIndex index) throws SQLException {
    index.free();
    sql.each(
        "SELECT image, state FROM regions WHERE campaign = ? GROUP BY image, state",
        row -> index.mark(row.getInt(1), ImageState.valueOf(row.getString(2))),
        campaign);
    for (long place : new LeaseTable(sql).held(campaign)) {
      int image = (int) (place >> 32);
      boolean settled =
          sql.row(
                  "SELECT 1 FROM regions WHERE campaign = ? AND image = ? AND region = ?",
                  row -> row.getInt(1),
                  campaign,
                  image,
                  (int) place)
              .isPresent();
      if (!settled) {
        index.mark(image, ImageState.LEASED);
      }
    }
  }

  /** Returns the status of every region of an image in row-major order. */
  public List<RegionStatus> regions(String campaign, String image) {
    transactions.expireIfDue(campaign);
    return database.read(
        sql -> {
          CampaignTable.Entry entry = new CampaignTable(sql).entry(campaign);
          ImageTable.Entry known = new ImageTable(sql, entry).get(image);
          RegionGrid grid = ImageTable.grid(known, new RegionId(image, 0, 0));
          RegionTable regions = new RegionTable(sql, entry);
          List<RegionStatus> statuses = new ArrayList<>();
          for (int region = 0; region < grid.count(); region++) {
            statuses.add(
                regions.status(new RegionId(image, region / grid.cols(), region % grid.cols())));
          }
          return statuses;
        });
  }

  /**
   * Returns the grid of an image.
   *
   * @throws NotInStoreException also if the image is not scored yet
   */
  public RegionGrid grid(String campaign, String image) {
    return database.read(
        sql ->
            ImageTable.grid(
                new ImageTable(sql, new CampaignTable(sql).entry(campaign)).get(image),
                new RegionId(image, 0, 0)));
  }
}
