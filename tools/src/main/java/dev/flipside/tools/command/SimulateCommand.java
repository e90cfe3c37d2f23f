package dev.flipside.tools.command;

import dev.flipside.models.vocab.ClassMap;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.simulation.Simulation;
import dev.flipside.tools.simulation.SimulationData;
import dev.flipside.tools.simulation.SimulationPlan;
import dev.flipside.tools.simulation.Strategy;
import dev.flipside.trainer.TrainingPlan;
import java.nio.file.Path;
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
      "vote-entropy, bald. A name with + also keeps the consistency loss in the final stage.",
      "",
      "Example:",
      "  flipside simulate --data camvid --layout camvid --size 180x240 --grid 5x5 \\",
      "    --strategy random,equal+ --depth 18 --width 0.5 --initial 0.02 --step 180 --rounds 4 \\",
      "    --epochs 12 --out runs/camvid"
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
      names = "--initial",
      paramLabel = "SHARE",
      defaultValue = "0.02",
      description =
          "Share of the regions labelled at random before the first round; 0 starts from an"
              + " untrained network (default: ${DEFAULT-VALUE}).")
  private double initial;

  @Option(
      names = "--step",
      paramLabel = "K",
      defaultValue = "100",
      description = "Regions labelled in a round (default: ${DEFAULT-VALUE}).")
  private int step;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "3",
      description = "Times that regions are selected (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "10",
      description = "Epochs of a round's training (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--final-epochs",
      paramLabel = "E",
      description =
          "Epochs of the network that is measured, trained from scratch with the losses of the"
              + " strategy's final stage (default: as --epochs).")
  private @Nullable Integer finalEpochs;

  @Option(
      names = "--carry-over",
      description = "Train on from the last round's weights and optimiser state, not from scratch.")
  private boolean carryOver;

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
      description = "Run folder to write; must be empty or not exist.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Override
  public Integer call() {
    SimulationPlan plan = common.usage(this::plan);
    Folders.requireEmpty(out);
    ClassMap classes = dataset.classMap(common);
    SimulationData data =
        new SimulationData(
            dataset.root(),
            first(dataset.split(trainSplit), trainImages, "--train-images"),
            first(dataset.split(testSplit), testImages, "--test-images"),
            classes);
    new Simulation(plan, data, new ConsoleStages(common.out()))
        .run(
            "Simulated campaign on " + dataset.root().toAbsolutePath().normalize().getFileName(),
            common.invocation(),
            plan.facts(data),
            out);
    common.out().println("report: " + out.resolve("report.html"));
    return ExitCodes.DONE;
  }

  private SimulationPlan plan() {
    TrainingPlan base =
        network.override(TrainingPlan.select(network.shape(), network.size(), seeds.get(0)));
    return new SimulationPlan(
        strategies,
        seeds,
        network.size(),
        grid.spec(),
        initial,
        step,
        rounds,
        carryOver,
        base.withEpochs(epochs),
        base.withEpochs(finalEpochs == null ? epochs : finalEpochs),
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
