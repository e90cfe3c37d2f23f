package dev.flipside.api.job;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreSink;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Puts the regions of a pool in order before there is a model, so that the first ones are spread
 * over the pool: one region of each image before the second of any, images far apart before their
 * neighbors, and in each image another place. The order depends only on names and positions. Reads
 * the sizes of the images, not their pixels.
 */
final class ColdStart {
  /** Multiples of it, without their integer part, leave no large gap and no cluster. */
  private static final double GOLDEN_RATIO = 0.618033988749895;

  private final GridSpec grid;
  private final Map<String, Integer> positions = new HashMap<>();

  private ColdStart(GridSpec grid) {
    this.grid = grid;
  }

  /** Creates the order of a campaign. */
  static ColdStart of(CampaignStore store, Campaign campaign) {
    ColdStart order = new ColdStart(campaign.plan().grid());
    store.images(campaign.id(), image -> order.positions.put(image, order.positions.size()));
    return order;
  }

  /**
   * Scores the images of a pool that belongs to the campaign.
   *
   * @param runs ends the scoring
   * @throws CancellationException if it was ended
   */
  @SuppressWarnings("try") // the registration ends with the scoring
  void score(Pool pool, ScoreSink sink, Progress progress, RunControl runs) {
    AtomicBoolean ended = new AtomicBoolean();
    try (RunControl.Registration ending = runs.onEnd(() -> ended.set(true))) {
      int done = 0;
      for (PoolImage image : pool.images()) {
        if (ended.get()) {
          throw new CancellationException("the scoring was cancelled");
        }
        sink.accept(result(image));
        progress.advance(++done, pool.images().size(), "");
      }
    } catch (IOException e) {
      throw new FlipsideException("the order cannot be stored: " + e.getMessage(), e);
    }
  }

  private ImageResult result(PoolImage image) {
    try {
      int position = positions.getOrDefault(image.id(), 0);
      return scores(image.id(), position, grid.on(ImageReader.probe(image.file())));
    } catch (FlipsideException | IllegalArgumentException e) {
      return new ImageFailure(image.id(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the scores of an image: a different integer for each of its regions, in random order,
   * plus a fraction for the image.
   *
   * @param position position in the pool, from 0
   */
  static RegionScores scores(String image, int position, RegionGrid grid) {
    float[] scores = new float[grid.count()];
    Random random = new Random(image.hashCode());
    for (int index = 0; index < scores.length; index++) {
      // Fisher-Yates, inside out.
      int swapped = random.nextInt(index + 1);
      scores[index] = scores[swapped];
      scores[swapped] = index;
    }
    float fraction = (float) (position * GOLDEN_RATIO % 1);
    for (int index = 0; index < scores.length; index++) {
      scores[index] = fraction - 1 - scores[index];
    }
    return new RegionScores(image, grid, scores);
  }
}
