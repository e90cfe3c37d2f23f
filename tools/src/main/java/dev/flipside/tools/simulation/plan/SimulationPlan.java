package dev.flipside.tools.simulation.plan;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.loss.LossOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a simulated campaign does.
 *
 * @param strategies arms to compare, at least one
 * @param seeds each arm is run once for each seed, at least one
 * @param labelling what a label is bought for
 * @param budgets how many are bought
 * @param protocol training of the network that selects
 * @param finalStage training of the networks that are measured, from scratch; losses and seed are
 *     the arm's
 * @param pretraining initial weights of both
 * @param rescoring which images are scored before a selection
 * @param passes stochastic passes of bald and vote-entropy, at least 1
 */
public record SimulationPlan(
    List<Strategy> strategies,
    List<Long> seeds,
    Labelling labelling,
    Budgets budgets,
    Protocol protocol,
    TrainingPlan finalStage,
    Pretraining pretraining,
    Rescoring rescoring,
    int passes) {
  /** What a training plan says of losses and seed is set for each arm. */
  private static final Set<String> ARM_FACTS =
      Set.of("views", "consistency", "consistencyGradient", "secondView", "seed");

  /**
   * @throws IllegalArgumentException if a list is empty, the grid does not fit the size, the
   *     trainings differ in size, or more is labelled at the start than the first budget
   */
  public SimulationPlan {
    strategies = List.copyOf(strategies);
    seeds = List.copyOf(seeds);
    if (strategies.isEmpty() || seeds.isEmpty() || passes < 1) {
      throw new IllegalArgumentException(
          "simulation: expected at least one strategy, one seed and one pass");
    }
    if (!finalStage.size().equals(protocol.training().size())) {
      throw new IllegalArgumentException(
          "simulation: selection at "
              + protocol.training().size()
              + " px, final stage at "
              + finalStage.size()
              + " px: expected the same size");
    }
    if (labelling.initial() > budgets.marks().get(0)) {
      throw new IllegalArgumentException(
          "simulation: an initial share of "
              + labelling.initial()
              + " is above the first budget, "
              + budgets.marks().get(0));
    }
    requireExact(labelling.grid(), finalStage.size());
  }

  /** A grid that cannot be had would change the number of regions, and so every budget. */
  private static void requireExact(GridSpec spec, ImageSize size) {
    RegionGrid grid = spec.on(size);
    if (spec instanceof GridSpec.Counts counts
        && (grid.rows() != counts.rows() || grid.cols() != counts.cols())) {
      throw new IllegalArgumentException(
          "simulation: a grid of "
              + counts
              + " on images of "
              + size
              + " gives "
              + grid.rows()
              + "x"
              + grid.cols()
              + " regions of "
              + grid.regionHeight()
              + "x"
              + grid.regionWidth()
              + " px; expected a grid that divides the size, or these numbers");
    }
  }

  /** Size that images are trained on, scored and measured at. */
  public ImageSize size() {
    return finalStage.size();
  }

  /** The regions of every image. */
  public RegionGrid grid() {
    return labelling.grid().on(size());
  }

  /** How the pool is scored. */
  public ScoringOptions scoring(Strategy strategy, long seed) {
    return ScoringOptions.of(labelling.grid(), strategy.acquisition(passes, seed)).toBuilder()
        .resize(size())
        .build();
  }

  /**
   * Whether the network that selects is the one to measure: the final stage would train the same
   * one again.
   */
  public boolean selectsWithFinal(Strategy strategy) {
    return !protocol.carriesOver()
        && strategy.whileSelecting().equals(strategy.inTheEnd())
        && protocol.training().equals(finalStage)
        && pretraining.selecting().equals(pretraining.backbone());
  }

  /** Returns how the network that selects is trained. */
  public TrainingPlan selecting(Strategy strategy, long seed) {
    return of(protocol.training(), strategy.whileSelecting(), seed);
  }

  /** Returns how the network that is measured is trained. */
  public TrainingPlan finalStage(Strategy strategy, long seed) {
    return of(finalStage, strategy.inTheEnd(), seed);
  }

  private static TrainingPlan of(TrainingPlan common, LossOptions losses, long seed) {
    LossOptions weighted = losses.withClassWeights(common.losses().classWeights());
    return common.toBuilder().losses(weighted).seed(seed).build();
  }

  /** Whether two strategies select the same regions with the same seed. */
  public boolean selectAlike(Strategy one, Strategy other) {
    // A network of the final stage may be that of its best epoch.
    return one.selectsLike(other) && selectsWithFinal(one) == selectsWithFinal(other);
  }

  /** The settings by name: for the report, and compared when a run is resumed. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Strategies", strategies.toString());
    facts.put("Seeds", seeds.toString());
    facts.put("Image size (px)", size().toString());
    facts.put("Regions of an image", labelling.grid().toString());
    facts.put("Labelled at the start", labelling.initial() + " of the regions, at random");
    facts.put("Budgets", budgets.marks().toString());
    facts.put("Regions labelled in a step", Integer.toString(budgets.step()));
    facts.put(
        "Void",
        labelling.skipsVoid()
            ? "regions that are mostly void are never selected (uses labels not paid for)"
            : "counts as labelled where it is selected, as for an annotator");
    facts.put("Protocol", protocol.toString());
    facts.put("Selecting: initial weights", Pretraining.describe(pretraining.selecting()));
    put(facts, "Selecting: ", protocol.training());
    facts.put("Final stage: initial weights", Pretraining.describe(pretraining.backbone()));
    put(facts, "Final stage: ", finalStage);
    facts.put("Rescoring", rescoring.toString());
    facts.put("Stochastic passes", Integer.toString(passes));
    return facts;
  }

  private static void put(Map<String, String> facts, String prefix, TrainingPlan training) {
    training
        .facts()
        .forEach(
            (name, value) -> {
              if (!ARM_FACTS.contains(name)) {
                facts.put(prefix + name, value);
              }
            });
  }
}
