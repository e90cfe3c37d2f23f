package dev.flipside.tools.simulation;

import dev.flipside.models.domain.RegionId;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.rescoring.DriftAwarePolicy;
import dev.flipside.scorer.rescoring.DriftingScores;
import dev.flipside.scorer.rescoring.Rescorer;
import dev.flipside.scorer.rescoring.RescoringJournal;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.simulation.Selector.Selection;
import dev.flipside.tools.simulation.plan.Rescoring;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes the best regions of a pool of which only those images are rescored that may matter. */
final class LazySelector {
  /** Images drawn in each step to learn from; what they cost is part of what is saved. */
  private static final int SAMPLE = 16;

  private final Pool pool;
  private final List<String> ids;
  private final Rescoring.Lazy rescoring;
  private final DriftingScores scores;

  /**
   * @param scores what is known from earlier steps; kept up to date
   */
  LazySelector(Pool pool, Rescoring.Lazy rescoring, DriftingScores scores) {
    this.pool = pool;
    this.ids = pool.images().stream().map(PoolImage::id).toList();
    this.rescoring = rescoring;
    this.scores = scores;
  }

  /** Where a selection stands in the exact order: how many of it are in the best K and 2K. */
  record Audit(long inTopK, long inTop2K) {}

  /** A selection, and its audit in the steps that have one. */
  record Step(Selection selection, Optional<Audit> audit) {}

  /**
   * What a step looks for.
   *
   * @param k how many regions
   * @param model the network that ranks
   * @param options how it scores
   * @param rules which regions may be taken
   */
  record Task(int k, LoadedModel model, ScoringOptions options, SelectionRules rules) {}

  /** What is known of the pool after the last step. */
  DriftingScores scores() {
    return scores;
  }

  /**
   * Does a step.
   *
   * @param number of the step, from 1
   * @param seed of the draw
   */
  Step select(int number, long seed, Task task, Progress progress) {
    DriftAwarePolicy order = scores.step(ids, task.k, task.rules, rescoring.risk(), SAMPLE, seed);
    Map<String, RegionScores> exact = new HashMap<>();
    new Rescorer(task.model, task.options)
        .rescore(
            pool,
            order,
            RescoringJournal.of(
                result -> exact.put(result.image(), Selector.requireScores(result))),
            progress);
    List<SelectedRegion> selected = order.top().requireAll();
    boolean audited = rescoring.auditEvery() > 0 && number % rescoring.auditEvery() == 0;
    return new Step(
        new Selection(selected, order.exactCount()),
        audited ? Optional.of(audit(selected, task, exact)) : Optional.empty());
  }

  /** Scores the other images too; what that finds changes nothing. */
  private Audit audit(List<SelectedRegion> selected, Task task, Map<String, RegionScores> exact) {
    TopRegions top = new TopRegions(2 * task.k, task.rules);
    exact.values().forEach(top::offer);
    new PoolScorer(task.model, task.options)
        .score(
            pool.where(image -> !exact.containsKey(image.id())),
            result -> top.offer(Selector.requireScores(result)),
            Progress.NONE);
    List<RegionId> best = top.ranked().stream().map(SelectedRegion::id).toList();
    return new Audit(among(selected, best, task.k), among(selected, best, 2 * task.k));
  }

  private static long among(List<SelectedRegion> selected, List<RegionId> best, int count) {
    Set<RegionId> those = new HashSet<>(best.subList(0, Math.min(count, best.size())));
    return selected.stream().filter(each -> those.contains(each.id())).count();
  }
}
