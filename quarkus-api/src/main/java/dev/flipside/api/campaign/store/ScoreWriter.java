package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreSink;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a stream of scores into the ledger, some hundred images a transaction. Images that failed
 * are passed over; they stay unscored. Closing writes what is left.
 */
public final class ScoreWriter implements ScoreSink, AutoCloseable {
  private static final int IMAGES_A_TRANSACTION = 256;

  private final CampaignStore store;
  private final String campaign;
  private final String model;
  private final List<RegionScores> waiting = new ArrayList<>();

  ScoreWriter(CampaignStore store, String campaign, String model) {
    this.store = store;
    this.campaign = campaign;
    this.model = model;
  }

  /**
   * {@inheritDoc}
   *
   * @throws StoreException if the database fails; what was written before stays
   */
  @Override
  public void accept(ImageResult result) {
    if (result instanceof RegionScores scores) {
      waiting.add(scores);
      if (waiting.size() == IMAGES_A_TRANSACTION) {
        close();
      }
    }
  }

  /**
   * Writes what is left. May be called again.
   *
   * @throws StoreException if the database fails
   */
  @Override
  public void close() {
    if (!waiting.isEmpty()) {
      store.putScores(campaign, model, waiting);
      waiting.clear();
    }
  }
}
