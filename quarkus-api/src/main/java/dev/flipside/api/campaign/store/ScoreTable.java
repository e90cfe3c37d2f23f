package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.codec.ScoreCodec;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Scores of the images of one campaign within one transaction. */
final class ScoreTable {
  private final Sql sql;
  private final CampaignTable.Entry campaign;
  private final ImageTable images;

  ScoreTable(Sql sql, CampaignTable.Entry campaign) {
    this.sql = sql;
    this.campaign = campaign;
    this.images = new ImageTable(sql, campaign);
  }

  /** Returns the key of a model's scores in this campaign. */
  Optional<Integer> scoring(String model) throws SQLException {
    return sql.row(
        "SELECT scoring FROM scorings WHERE campaign = ? AND model = ?",
        row -> row.getInt(1),
        campaign.id(),
        model);
  }

  /** Adds or replaces the scores of images in a locked campaign. */
  void put(String model, Collection<RegionScores> scores) throws SQLException {
    int scoring = makeScoring(model);
    long version = new CampaignTable(sql).nextVersion(campaign.id());
    int added = 0;
    for (RegionScores each : scores) {
      added += put(scoring, version, each);
    }
    sql.update("UPDATE scorings SET images = images + ? WHERE scoring = ?", added, scoring);
  }

  private int put(int scoring, long version, RegionScores scores) throws SQLException {
    ImageTable.Entry image = images.get(scores.image());
    if (image.grid() == null) {
      requireSame(campaign.grid().on(scores.grid().image()), scores);
      images.size(image, scores.grid().image());
    } else {
      requireSame(image.grid(), scores);
    }
    byte[] bytes = ScoreCodec.bytes(scores.scores());
    int added =
        sql.update(
            "INSERT INTO scores (scoring, image, version, scores) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (scoring, image) DO NOTHING",
            scoring,
            image.image(),
            version,
            bytes);
    if (added == 0) {
      sql.update(
          "UPDATE scores SET version = ?, scores = ? WHERE scoring = ? AND image = ?",
          version,
          bytes,
          scoring,
          image.image());
    }
    return added;
  }

  private void requireSame(RegionGrid expected, RegionScores scores) {
    if (!expected.equals(scores.grid())) {
      throw new FlipsideException(
          scores.image()
              + ": scored at "
              + describe(scores.grid())
              + ", expected "
              + describe(expected)
              + " as campaign "
              + campaign.id()
              + " has it; score every image at one size and with the campaign's grid");
    }
  }

  private static String describe(RegionGrid grid) {
    return grid.image() + " px in regions of " + grid.regionHeight() + "x" + grid.regionWidth();
  }

  private int makeScoring(String model) throws SQLException {
    Optional<Integer> known = scoring(model);
    if (known.isPresent()) {
      return known.get();
    }
    int key =
        sql.row(
                "UPDATE ledger_keys SET next_scoring = next_scoring + 1 RETURNING next_scoring - 1",
                row -> row.getInt(1))
            .orElseThrow();
    sql.update(
        "INSERT INTO scorings (scoring, campaign, model) VALUES (?, ?, ?)",
        key,
        campaign.id(),
        model);
    return key;
  }

  long scoredImages(String model) throws SQLException {
    return sql.row(
            "SELECT images FROM scorings WHERE campaign = ? AND model = ?",
            row -> row.getLong(1),
            campaign.id(),
            model)
        .orElse(0L);
  }

  /** Returns the scores of an image by a model. */
  Optional<RegionScores> find(String model, String name) throws SQLException {
    return sql.row(
        "SELECT i.image, i.name, i.height, i.width, s.scores FROM images i JOIN scorings m ON"
            + " m.campaign = i.campaign JOIN scores s ON s.scoring = m.scoring AND s.image ="
            + " i.image WHERE i.campaign = ? AND i.name = ? AND m.model = ?",
        this::scores,
        campaign.id(),
        name,
        model);
  }

  /** Streams the scores of all images in registration order. */
  void each(String model, Consumer<RegionScores> each) throws SQLException {
    sql.each(
        "SELECT i.image, i.name, i.height, i.width, s.scores FROM scorings m JOIN scores s ON"
            + " s.scoring = m.scoring JOIN images i ON i.campaign = m.campaign AND i.image ="
            + " s.image WHERE m.campaign = ? AND m.model = ? ORDER BY s.image",
        row -> each.accept(scores(row)),
        campaign.id(),
        model);
  }

  /** Streams the names of the images that a model has not scored, in registration order. */
  void eachUnscored(String model, Consumer<String> each) throws SQLException {
    sql.each(
        "SELECT i.name FROM images i WHERE i.campaign = ? AND NOT EXISTS (SELECT 1 FROM scorings m"
            + " JOIN scores s ON s.scoring = m.scoring WHERE m.campaign = i.campaign AND m.model ="
            + " ? AND s.image = i.image) ORDER BY i.image",
        row -> each.accept(row.getString(1)),
        campaign.id(),
        model);
  }

  /** Deletes the scores of a model in a locked campaign. */
  void forget(String model) throws SQLException {
    Optional<Integer> scoring = scoring(model);
    if (scoring.isPresent()) {
      sql.update("DELETE FROM scores WHERE scoring = ?", scoring.get());
      sql.update("DELETE FROM scorings WHERE scoring = ?", scoring.get());
    }
  }

  private RegionScores scores(ResultSet row) throws SQLException {
    ImageTable.Entry image = images.entry(row);
    RegionGrid grid = image.grid();
    if (grid == null) {
      throw new IllegalStateException(image.name() + " has scores but no size");
    }
    return new RegionScores(image.name(), grid, ScoreCodec.floats(row.getBytes("scores")));
  }
}
