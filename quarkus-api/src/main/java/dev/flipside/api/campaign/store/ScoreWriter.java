package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreSink;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a stream of scores to the store, 256 images per transaction. Failed images are ignored and
 * remain unscored. {@link #close} writes the remaining scores.
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
   * @throws StoreException if the database fails; earlier transactions are kept
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
   * Writes the buffered scores. The writer can still be used afterwards.
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
