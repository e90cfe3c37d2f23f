package dev.flipside.tools.command;

import dev.flipside.models.vocab.ClassMap;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.tools.simulation.Budgets;
import dev.flipside.tools.simulation.Labelling;
import dev.flipside.tools.simulation.Protocol;
import dev.flipside.tools.simulation.Rescoring;
import dev.flipside.tools.simulation.Simulation;
import dev.flipside.tools.simulation.SimulationData;
import dev.flipside.tools.simulation.SimulationPlan;
import dev.flipside.tools.simulation.Strategy;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.TrainingPlan;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code flipside simulate}. */
@Command(
    name = "simulate",
    description = {
      "Run whole active-learning campaigns on a labelled data set, with its ground truth as the"
          + " annotator, and report mIoU against the labelled share."
    },
    footer = {
      "",
      "Strategies: random, random+, entropy, two-view, equal, equal+, margin, least-confidence,",
      "vote-entropy, bald. A name with + also keeps the consistency loss in the final stage. full",
      "and full+ select nothing: everything is labelled, which is what the others are held against.",
      "",
      "Example:",
      "  flipside simulate --data camvid --layout camvid --size 180x240 --grid 5x5 --depth 18 \\",
      "    --width 0.5 --strategy random,equal+,full+ --seed 0,1,2 --budgets 0.08,0.12 --step 92 \\",
      "    --epochs 2 --final-epochs 30 --out runs/camvid"
    })
public final class SimulateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private DatasetOptions dataset = new DatasetOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private GridOptions grid;

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

  @Option(
      names = "--train-images",
      paramLabel = "N",
      description = "Use only the first N images of the train split.")
  private @Nullable Integer trainImages;

  @Option(
      names = "--test-images",
      paramLabel = "N",
      description = "Use only the first N images of the test split.")
  private @Nullable Integer testImages;

  @Option(
      names = "--train-split",
      paramLabel = "NAME",
      defaultValue = "train",
      description = "Split that plays the pool (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String trainSplit;

  @Option(
      names = "--test-split",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "Split to measure on (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String testSplit;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Run folder to write; must be empty or not exist, but for --resume.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(
      names = "--resume",
      description =
          "Go on with the run in the folder, however it ended, to the selections that it would have"
              + " made.")
  private boolean resume;

  @Option(
      names = "--no-photographs",
      description =
          "Leave the data set's own images and labels out of the pictures, for data that may not be"
              + " passed on.")
  private boolean noPhotographs;

  @Override
  public Integer call() {
    SimulationPlan plan = common.usage(this::plan);
    ClassMap classes = dataset.classMap(common);
    SimulationData data =
        new SimulationData(
            dataset.root(),
            first(dataset.split(trainSplit), trainImages, "--train-images"),
            first(dataset.split(testSplit), testImages, "--test-images"),
            classes);
    new Simulation(plan, data, new ConsoleStages(common.out()), Clock.systemUTC())
        .run(
            new Simulation.Order(
                "Simulated campaign on "
                    + dataset.root().toAbsolutePath().normalize().getFileName(),
                common.invocation(),
                out,
                resume,
                !noPhotographs));
    common.out().println("report: " + out.resolve("report.html"));
    return ExitCodes.DONE;
  }

  private SimulationPlan plan() {
    long seed = seeds.get(0);
    TrainingPlan selecting =
        network.override(TrainingPlan.select(network.shape(), network.size(), seed));
    TrainingPlan last =
        network.override(TrainingPlan.finalStage(network.shape(), network.size(), seed));
    LearningRate rate = last.learningRate();
    return new SimulationPlan(
        strategies,
        seeds,
        new Labelling(grid.spec(), initial, skipsVoid),
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

  private List<LabelledImage> first(
      List<LabelledImage> images, @Nullable Integer limit, String option) {
    if (limit == null) {
      return images;
    }
    common.require(
        limit >= 1 && limit <= images.size(), option, limit, "1 to " + images.size() + " images");
    return images.subList(0, limit);
  }

  /** As users write them. */
  enum RescoringName {
    exact,
    lazy
  }

  /** As users write them. */
  enum ProtocolName {
    reference,
    retrain
  }

  static final class StrategyConverter implements ITypeConverter<Strategy> {
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
