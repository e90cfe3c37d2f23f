package dev.flipside.tools.command.options;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.tools.simulation.plan.Budgets;
import dev.flipside.tools.simulation.plan.Labelling;
import dev.flipside.tools.simulation.plan.Protocol;
import dev.flipside.tools.simulation.plan.Rescoring;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a simulated campaign compares, buys, trains and rescores. */
public final class CampaignOptions {
  @Option(
      names = "--strategy",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "equal+",
      converter = StrategyConverter.class,
      description = "Strategies to compare, joined by commas (default: ${DEFAULT-VALUE}).")
  private List<Strategy> strategies = new ArrayList<>();

  @Option(
      names = "--seed",
      split = ",",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seeds; every strategy runs once for each (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--budgets",
      split = ",",
      paramLabel = "SHARE",
      defaultValue = "0.08,0.12,0.24",
      description =
          "Shares of the regions at which a final network is trained and measured; the last ends"
              + " the campaign (default: ${DEFAULT-VALUE}).")
  private List<Double> budgets = new ArrayList<>();

  @Option(
      names = "--step",
      paramLabel = "K",
      defaultValue = "100",
      description =
          "Regions labelled between two trainings, fewer where a budget comes first; the paper's"
              + " CamVid runs take 1 (default: ${DEFAULT-VALUE}).")
  private int step;

  @Option(
      names = "--initial",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the regions labelled at random before the first selection; 0 starts from an"
              + " untrained network (default: ${DEFAULT-VALUE}).")
  private double initial;

  @Option(
      names = "--void-filter",
      description =
          "Never select regions that are mostly void, as the reference does. It looks at labels"
              + " that nobody has paid for; the report says so.")
  private boolean skipsVoid;

  @Option(
      names = "--protocol",
      paramLabel = "P",
      defaultValue = "reference",
      description =
          "reference: weights and optimiser state carry over from step to step, five times the"
              + " epochs at each 30 %% of the last budget; retrain: from scratch in each round"
              + " (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private ProtocolName protocol;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      description =
          "Epochs between two selections (default: 1 of the protocol reference, 10 of retrain).")
  private @Nullable Integer epochs;

  @Option(
      names = "--final-epochs",
      paramLabel = "E",
      defaultValue = "60",
      description =
          "Epochs of the networks that are measured, trained from scratch with the losses of the"
              + " strategy's final stage (default: ${DEFAULT-VALUE}).")
  private int finalEpochs;

  @Option(
      names = "--final-rate-every",
      paramLabel = "E",
      defaultValue = "20",
      description =
          "Epochs after which the final stage's learning rate falls to a tenth; 0 for never"
              + " (default: ${DEFAULT-VALUE}).")
  private int finalRateEvery;

  @Option(
      names = "--rescoring",
      paramLabel = "R",
      defaultValue = "exact",
      description =
          "exact: the whole pool is scored in each step; lazy: only images that may have come to the"
              + " top since they were scored (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private RescoringName rescoring;

  @Option(
      names = "--risk",
      paramLabel = "P",
      defaultValue = "0.01",
      description =
          "Lazy: largest chance that not all K regions of a step are among the 2K best"
              + " (default: ${DEFAULT-VALUE}).")
  private double risk;

  @Option(
      names = "--audit-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Lazy: score the others too in every N-th step, and write to rescoring.csv where the"
              + " selection stands in the exact order; 0 for never (default: ${DEFAULT-VALUE}).")
  private int auditEvery;

  @Option(
      names = "--passes",
      paramLabel = "T",
      defaultValue = "10",
      description = "Stochastic passes of bald and vote-entropy (default: ${DEFAULT-VALUE}).")
  private int passes;

  /**
   * What is to be simulated.
   *
   * @throws IllegalArgumentException if a value is out of its range, or two do not fit
   */
  public SimulationPlan plan(NetworkOptions network, GridSpec grid) {
    long seed = seeds.get(0);
    TrainingPlan selecting =
        network.override(TrainingPlan.select(network.shape(), network.size(), seed));
    TrainingPlan last =
        network.override(TrainingPlan.finalStage(network.shape(), network.size(), seed));
    LearningRate rate = last.learningRate();
    return new SimulationPlan(
        strategies,
        seeds,
        new Labelling(grid, initial, skipsVoid),
        new Budgets(budgets, step),
        switch (protocol) {
          case reference ->
              new Protocol.Reference(selecting.withEpochs(epochs == null ? 1 : epochs));
          case retrain -> new Protocol.Retrain(selecting.withEpochs(epochs == null ? 10 : epochs));
        },
        last.withEpochs(finalEpochs)
            .withLearningRate(new LearningRate(rate.initial(), finalRateEvery, rate.factor())),
        switch (rescoring) {
          case exact -> new Rescoring.Exact();
          case lazy -> new Rescoring.Lazy(risk, auditEvery);
        },
        passes);
  }

  /** As users write them. */
  public enum RescoringName {
    exact,
    lazy
  }

  /** As users write them. */
  public enum ProtocolName {
    reference,
    retrain
  }

  public static final class StrategyConverter implements ITypeConverter<Strategy> {
    @Override
    public Strategy convert(String text) {
      try {
        return Strategy.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
