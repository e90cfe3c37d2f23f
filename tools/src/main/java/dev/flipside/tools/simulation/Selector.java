package dev.flipside.tools.simulation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.rescoring.DriftingScores;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.simulation.data.LabelledRegions;
import dev.flipside.tools.simulation.plan.Rescoring;
import dev.flipside.tools.simulation.plan.Strategy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes the best regions that are free, as the strategy ranks them. */
final class Selector {
  private final Experiment experiment;
  private final Strategy strategy;
  private final long seed;
  private final ArmFolder files;
  private final Pool pool;
  private final @Nullable LazySelector lazy;

  /** Goes on with what the arm's folder knows of earlier steps. */
  Selector(Experiment experiment, Strategy strategy, long seed, ArmFolder files) {
    this.experiment = experiment;
    this.strategy = strategy;
    this.seed = seed;
    this.files = files;
    this.pool = experiment.data().unlabelled();
    this.lazy =
        experiment.plan().rescoring() instanceof Rescoring.Lazy how && needsNetwork()
            ? new LazySelector(pool, how, carried())
            : null;
  }

  /** Whether regions are ranked by what a network says of them. */
  boolean needsNetwork() {
    return experiment.plan().scoring(strategy, seed).acquisition().head().isPresent();
  }

  private DriftingScores carried() {
    return files.round() == 0 || files.done()
        ? new DriftingScores()
        : DriftFile.read(files.carried(files.round() - 1), experiment.oracle().grid());
  }

  /**
   * What was chosen.
   *
   * @param regions the best first
   * @param scoredImages images that went through the network for it
   */
  record Selection(List<SelectedRegion> regions, long scoredImages) {}

  /**
   * Chooses what is labelled next.
   *
   * @param round rounds done
   * @param model the network that ranks; not needed where scores are drawn
   * @throws FlipsideException if an image cannot be scored
   */
  Selection select(int round, int k, @Nullable LoadedModel model, LabelledRegions labelled) {
    SelectionRules rules =
        SelectionRules.NONE.excluding(experiment.oracle().unavailable(labelled.all()));
    // Seeds and rounds must not add up to the same draws.
    long draw = seed * 1_000_003 + round;
    ScoringOptions options = experiment.plan().scoring(strategy, draw);
    if (options.acquisition().head().isEmpty()) {
      return draw(new TopRegions(k, rules), options.acquisition());
    }
    LoadedModel network = Objects.requireNonNull(model, "no network to score with");
    return experiment
        .stages()
        .run(
            strategy + " seed " + seed + " round " + round + ": scoring",
            "images",
            progress ->
                lazy == null
                    ? rank(new TopRegions(k, rules), network, options, progress)
                    : lazily(
                        lazy,
                        round,
                        draw,
                        new LazySelector.Task(k, network, options, rules),
                        progress));
  }

  private Selection draw(TopRegions top, Acquisition random) {
    for (PoolImage each : pool.images()) {
      float[] values = random.randomScores(each.id(), experiment.oracle().grid().count());
      top.offer(new RegionScores(each.id(), experiment.oracle().grid(), values));
    }
    return new Selection(top.requireAll(), 0);
  }

  private Selection rank(
      TopRegions top, LoadedModel model, ScoringOptions options, Progress progress) {
    new PoolScorer(model, options)
        .score(pool, result -> top.offer(requireScores(result)), progress);
    return new Selection(top.requireAll(), pool.images().size());
  }

  private Selection lazily(
      LazySelector selector, int round, long draw, LazySelector.Task task, Progress progress) {
    LazySelector.Step step = selector.select(round + 1, draw, task, progress);
    files.rescored(
        "strategy,seed,step,k,pool_images,rescored_images,audited,in_exact_top_k,in_exact_top_2k\n",
        String.join(
                ",",
                strategy.toString(),
                Long.toString(seed),
                Integer.toString(round + 1),
                Integer.toString(task.k()),
                Integer.toString(pool.images().size()),
                Long.toString(step.selection().scoredImages()),
                step.audit()
                    .map(audit -> "true," + audit.inTopK() + "," + audit.inTop2K())
                    .orElse("false,,"))
            + "\n");
    DriftFile.write(files.carried(round), selector.scores());
    return step.selection();
  }

  /** Refuses an image that could not be scored: a simulation's pool is whole. */
  static RegionScores requireScores(ImageResult result) {
    if (result instanceof RegionScores scores) {
      return scores;
    }
    throw new FlipsideException(
        result.image() + ": cannot be scored: " + ((ImageFailure) result).error());
  }
}
