package dev.flipside.tools.command.training;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.tools.simulation.plan.Budgets;
import dev.flipside.tools.simulation.plan.Labelling;
import dev.flipside.tools.simulation.plan.Pretraining;
import dev.flipside.tools.simulation.plan.Protocol;
import dev.flipside.tools.simulation.plan.Rescoring;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of a simulated campaign: strategies, seeds, budgets, training and rescoring. */
public final class SimulationOptions {
  private static final double RATE_FACTOR = 0.1;

  @Option(
      names = "--strategy",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "equal+",
      converter = StrategyConverter.class,
      description = "Strategies to compare, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Strategy> strategies = new ArrayList<>();

  @Option(
      names = "--seed",
      split = ",",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Seeds, separated by commas; every strategy runs once per seed (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--budgets",
      split = ",",
      paramLabel = "SHARE",
      defaultValue = "0.08,0.12,0.24",
      description =
          "Labelled shares at which a final model is trained and evaluated. One campaign passes all"
              + " of them and ends at the last, to which the 30 %% of --protocol reference refer"
              + " (default: ${DEFAULT-VALUE}).")
  private List<Double> budgets = new ArrayList<>();

  @Option(
      names = "--step",
      paramLabel = "K",
      defaultValue = "100",
      description =
          "Regions to label per step, fewer if a budget is reached first; the paper's"
              + " CamVid runs use 1 (default: ${DEFAULT-VALUE}).")
  private int step;

  @Option(
      names = "--initial",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the regions to label at random before the first selection; 0 starts"
              + " with an untrained model (default: ${DEFAULT-VALUE}).")
  private double initial;

  @Option(
      names = "--void-filter",
      negatable = true,
      description =
          "Never select regions that are mostly void, like the reference implementation. This uses"
              + " labels that have not been paid for; the report mentions it.")
  private boolean skipsVoid;

  @Option(
      names = "--protocol",
      paramLabel = "P",
      defaultValue = "reference",
      description =
          "reference: keep weights and optimizer state between steps, and train for five times as"
              + " many epochs at each 30 %% of the last budget; retrain: train from scratch in"
              + " every round (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private ProtocolName protocol;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      description =
          "Epochs between two selections (default: 1 with --protocol reference, 10 with"
              + " retrain).")
  private @Nullable Integer epochs;

  @Option(
      names = "--backbone",
      paramLabel = "FILE|NAME",
      converter = InitialWeights.Converter.class,
      description =
          "Pretrained weights for the backbone of the final models: a file (.safetensors, .pth,"
              + " .onnx), a name listed by flipside weights fetch, or random (default: random).")
  private @Nullable InitialWeights backbone;

  @Option(
      names = "--backbone-while-selecting",
      negatable = true,
      description =
          "Start the model that selects from --backbone, too, like the reference"
              + " implementation; in the paper it starts from random weights.")
  private boolean backboneWhileSelecting;

  @Option(
      names = "--final-epochs",
      paramLabel = "E",
      defaultValue = "60",
      description =
          "Epochs of the final models, which are trained from scratch with the losses"
              + " of the strategy's final stage and evaluated (default: ${DEFAULT-VALUE}).")
  private int finalEpochs;

  @Option(
      names = "--final-schedule",
      paramLabel = "S",
      defaultValue = "steps",
      description =
          "Learning rate schedule of the final stage. steps: see --final-rate-every; poly: decays"
              + " to 0 as (1 - t)^0.9 (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Schedule finalSchedule;

  @Option(
      names = "--final-rate-every",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Multiply the learning rate by 0.1 every N epochs of the final stage (0:"
              + " never; default: ${DEFAULT-VALUE}).")
  private int finalRateEvery;

  @Option(
      names = "--rescoring",
      paramLabel = "R",
      defaultValue = "exact",
      description =
          "exact: score the whole pool in every step; lazy: rescore only images that may now hold"
              + " one of the best regions (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private RescoringName rescoring;

  @Option(
      names = "--risk",
      paramLabel = "P",
      defaultValue = "0.01",
      description =
          "With --rescoring lazy: maximum probability that some of the K regions of a"
              + " step are not among the 2K best (default: ${DEFAULT-VALUE}).")
  private double risk;

  @Option(
      names = "--audit-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "With --rescoring lazy: in every N-th step, also score the remaining images"
              + " and write the exact ranks of the selected regions to rescoring.csv (0:"
              + " never; default: ${DEFAULT-VALUE}).")
  private int auditEvery;

  @Option(
      names = "--passes",
      paramLabel = "T",
      defaultValue = "10",
      description =
          "Stochastic forward passes for bald and vote-entropy (default:" + " ${DEFAULT-VALUE}).")
  private int passes;

  /** Returns what {@code --backbone} says, null if it is not given. */
  public @Nullable InitialWeights initialWeights() {
    return backbone;
  }

  /**
   * Builds the plan of the simulation.
   *
   * @throws IllegalArgumentException if a value is out of range or two options contradict each
   *     other
   */
  public SimulationPlan plan(NetworkOptions network, GridSpec grid) {
    long seed = seeds.get(0);
    TrainingPlan selecting =
        network.override(TrainingPlan.select(network.shape(), network.size(), seed));
    TrainingPlan last =
        network.override(TrainingPlan.finalStage(network.shape(), network.size(), seed));
    double rate = last.learningRate().initial();
    return new SimulationPlan(
        strategies,
        seeds,
        new Labelling(grid, initial, skipsVoid),
        new Budgets(budgets, step),
        switch (protocol) {
          case reference ->
              new Protocol.Reference(
                  selecting.toBuilder().epochs(epochs == null ? 1 : epochs).build());
          case retrain ->
              new Protocol.Retrain(
                  selecting.toBuilder().epochs(epochs == null ? 10 : epochs).build());
        },
        last.toBuilder()
            .epochs(finalEpochs)
            .learningRate(
                switch (finalSchedule) {
                  case steps -> LearningRate.steps(rate, finalRateEvery, RATE_FACTOR);
                  case poly -> LearningRate.poly(rate);
                })
            .build(),
        new Pretraining(
            backbone == null ? Optional.empty() : backbone.file(), backboneWhileSelecting),
        switch (rescoring) {
          case exact -> new Rescoring.Exact();
          case lazy -> new Rescoring.Lazy(risk, auditEvery);
        },
        passes);
  }

  /** Values of the option on the command line. */
  public enum RescoringName {
    exact,
    lazy
  }

  /** Values of the option on the command line. */
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
