package dev.flipside.tools.simulation;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.vocab.RegionId;
import dev.flipside.scorer.PoolScorer;
import dev.flipside.scorer.Progress;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.ImageFailure;
import dev.flipside.scorer.selection.ImageResult;
import dev.flipside.scorer.selection.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.Collection;
import java.util.List;

/** Ranks the regions of a pool and takes the best that are free. */
final class Selector {
  private final Pool pool;
  private final Oracle oracle;

  Selector(Pool pool, Oracle oracle) {
    this.pool = pool;
    this.oracle = oracle;
  }

  /**
   * What was chosen.
   *
   * @param regions the best first
   * @param scoredImages images that went through the network for it
   */
  record Selection(List<SelectedRegion> regions, long scoredImages) {}

  /**
   * The best regions by drawn scores, which need no network.
   *
   * @param taken regions labelled already
   */
  Selection draw(int k, Acquisition.Random scores, Collection<RegionId> taken) {
    TopRegions top = new TopRegions(k, rules(taken));
    for (PoolImage each : pool.images()) {
      float[] values = scores.scores(each.id(), oracle.grid().count());
      top.offer(new RegionScores(each.id(), oracle.grid(), values));
    }
    return new Selection(top.requireAll(), 0);
  }

  /**
   * The best regions by the scores of a network, over the whole pool.
   *
   * @throws FlipsideException if an image cannot be scored: a simulation's pool is whole
   */
  Selection rank(
      int k,
      LoadedModel model,
      ScoringOptions options,
      Collection<RegionId> taken,
      Progress progress) {
    TopRegions top = new TopRegions(k, rules(taken));
    new PoolScorer(model, options)
        .score(pool, result -> top.offer(requireScores(result)), progress);
    return new Selection(top.requireAll(), pool.images().size());
  }

  private SelectionRules rules(Collection<RegionId> taken) {
    return SelectionRules.NONE.excluding(oracle.unavailable(taken));
  }

  private static RegionScores requireScores(ImageResult result) {
    if (result instanceof RegionScores scores) {
      return scores;
    }
    throw new FlipsideException(
        result.image() + ": cannot be scored: " + ((ImageFailure) result).error());
  }
}
