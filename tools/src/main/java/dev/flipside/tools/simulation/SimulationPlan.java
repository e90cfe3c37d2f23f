package dev.flipside.tools.simulation;

import dev.flipside.models.vocab.GridSpec;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.trainer.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a simulated campaign does.
 *
 * @param strategies arms to compare, at least one
 * @param seeds each arm is run once for each seed, at least one
 * @param size size the images are scored at
 * @param grid regions of an image
 * @param initial share of the regions that is labelled at random before the first round, 0 to 1
 * @param step regions labelled in a round, at least 1
 * @param rounds times that regions are selected, at least 1; one network more is trained
 * @param carryOver whether a round trains on from the last one's weights and optimiser state, or
 *     from scratch
 * @param whileSelecting training of a round; losses and seed are the arm's
 * @param inTheEnd training of the network that is measured; losses and seed are the arm's
 * @param passes stochastic passes of bald and vote-entropy
 */
public record SimulationPlan(
    List<Strategy> strategies,
    List<Long> seeds,
    ImageSize size,
    GridSpec grid,
    double initial,
    int step,
    int rounds,
    boolean carryOver,
    TrainingPlan whileSelecting,
    TrainingPlan inTheEnd,
    int passes) {
  /** What a training plan says of losses and seed is set for each arm. */
  private static final Set<String> ARM_FACTS =
      Set.of("views", "consistency", "consistencyGradient", "seed");

  /**
   * @throws IllegalArgumentException if a number is out of its range, a list is empty or the grid
   *     does not fit the size
   */
  public SimulationPlan {
    strategies = List.copyOf(strategies);
    seeds = List.copyOf(seeds);
    if (strategies.isEmpty() || seeds.isEmpty()) {
      throw new IllegalArgumentException("simulation: expected at least one strategy and one seed");
    }
    grid.on(size); // refuses a grid that is finer than the pixels
    if (!(initial >= 0 && initial <= 1) || step < 1 || rounds < 1 || passes < 1) {
      throw new IllegalArgumentException(
          "simulation: initial share "
              + initial
              + ", step "
              + step
              + ", rounds "
              + rounds
              + ", passes "
              + passes
              + ": expected a share of 0 to 1 and at least 1 of the others");
    }
  }

  /** How the pool is scored. */
  ScoringOptions scoring(Strategy strategy, long seed) {
    return ScoringOptions.of(grid, strategy.acquisition(passes, seed)).withResize(size);
  }

  /** The settings by name, for the report. */
  public Map<String, String> facts(SimulationData data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Pool", data.pool().size() + " images");
    facts.put("Test", data.test().size() + " images");
    facts.put("Classes", Integer.toString(data.classes().count()));
    facts.put("Image size (px)", size.toString());
    facts.put("Regions of an image", grid.toString());
    facts.put("Labelled at the start", 100 * initial + " % of the regions, at random");
    facts.put("Labelled in a round", step + " regions");
    facts.put("Weights from round to round", carryOver ? "carried over" : "from scratch");
    facts.put("Seeds", seeds.toString());
    facts.put("Void", "counts as labelled where it is selected, as for an annotator");
    whileSelecting
        .facts()
        .forEach(
            (name, value) -> {
              if (!ARM_FACTS.contains(name)) {
                facts.put("Training: " + name, value);
              }
            });
    facts.put("Final stage: epochs", Integer.toString(inTheEnd.epochs()));
    facts.put("Java", Runtime.version().toString());
    facts.put("System", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return facts;
  }

  /**
   * Whether a round's own network is the one to measure: the final stage would train the same one
   * again.
   */
  boolean roundIsFinal(Strategy strategy) {
    return !carryOver
        && strategy.whileSelecting().equals(strategy.inTheEnd())
        && whileSelecting.equals(inTheEnd);
  }
}
