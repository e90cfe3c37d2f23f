package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.command.options.GridOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.command.training.NetworkOptions;
import dev.flipside.tools.command.training.PresetOption;
import dev.flipside.tools.command.training.SimulationOptions;
import dev.flipside.tools.command.training.TrackingOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.HaltOnSignal;
import dev.flipside.tools.simulation.ArmProcesses;
import dev.flipside.tools.simulation.Simulation;
import dev.flipside.tools.simulation.data.HoldoutSplit;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.tools.tracking.TrackedArms;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside simulate}. */
@Command(
    name = "simulate",
    preprocessor = PresetOption.Expansion.class,
    modelTransformer = PresetOption.Help.class,
    description = {
      "Simulate active-learning campaigns on a labelled data set, with its ground"
          + " truth as the annotator, and report mIoU against the labelled share."
    },
    footer = {
      "",
      "Strategies: random, random+, entropy, two-view, equal, equal+, margin, least-confidence,",
      "vote-entropy, bald, and EquAL with other second views: equal-vertical-flip,",
      "equal-rotation-90, equal-rotation-180, equal-translation. With +, the final stage also uses the self-consistency"
          + " loss. full and",
      "full+ train on all labels, as an upper bound for the others.",
      "",
      "Examples:",
      "  flipside synth --out scenes",
      "  flipside simulate --preset smoke --data scenes --out runs/smoke",
      "  flipside simulate --data camvid --layout camvid --size 180x240 --grid 5x5 --depth 18 \\",
      "    --width 0.5 --strategy random,equal+,full+ --seed 0,1,2 --budgets 0.08,0.12 --step 92 \\",
      "    --epochs 2 --final-epochs 30 --out runs/camvid"
    })
public final class SimulateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private PresetOption preset = new PresetOption();
  @Mixin private DatasetOptions dataset = new DatasetOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private SimulationOptions campaign = new SimulationOptions();
  @Mixin private TrackingOptions tracking = new TrackingOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private GridOptions grid;

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
      description = "Split used as the pool (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String trainSplit;

  @Option(
      names = "--test-split",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "Split to evaluate on (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String testSplit;

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the train split that is fully labelled and held out of the pool, to choose the"
              + " best epoch of each final model (default: ${DEFAULT-VALUE}).")
  private double validation;

  @Option(
      names = "--val-split",
      paramLabel = "NAME",
      description = "Fully labelled split to use instead of --validation.")
  private @Nullable String validationSplit;

  @Option(
      names = "--measure-on",
      paramLabel = "IMAGES",
      defaultValue = "test",
      description =
          "test, or validation: measure on the held-out images, to choose settings"
              + " without looking at the test split (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private MeasureOn measureOn;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Run folder to create; must be empty or not exist, except with --resume.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(
      names = "--resume",
      description =
          "Resume the interrupted run in --out. Selects the same regions as an"
              + " uninterrupted run.")
  private boolean resume;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Run up to N strategies and seeds in parallel, each in a separate process that writes"
              + " log.txt to its folder (default: ${DEFAULT-VALUE}).")
  private int jobs;

  /** Set by the process that runs several of these. */
  @Option(names = "--arm", hidden = true)
  private @Nullable String arm;

  @Option(
      names = "--no-photographs",
      description =
          "Omit images and labels of the data set from the report, for data that must not be"
              + " redistributed.")
  private boolean noPhotographs;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  /** Values of the option on the command line. */
  enum MeasureOn {
    test,
    validation
  }

  @Override
  public Integer call() {
    common.require(jobs >= 1, "--jobs", jobs, "at least 1");
    preset.requireWeights(campaign.initialWeights(), common.usage(network::shape).backbone());
    SimulationPlan plan = common.usage(() -> campaign.plan(network, grid.spec()));
    LabelEncoding encoding = dataset.encoding(common);
    network.requireFit(encoding.classes(), common);
    common.require(
        validation >= 0 && validation < 1, "--validation", validation, "a share below 1");
    HoldoutSplit split = heldOut(first(split(trainSplit), trainImages, "--train-images"));
    List<LabelledImage> measured =
        measureOn == MeasureOn.validation
            ? split.heldOut()
            : first(split(testSplit), testImages, "--test-images");
    preset.requireData(
        dataset.root(), Stream.concat(split.remaining().stream(), measured.stream()).toList());
    SimulationData data =
        new SimulationData(
            dataset.root(),
            split.remaining(),
            measureOn == MeasureOn.validation ? List.of() : split.heldOut(),
            measured,
            encoding);
    Simulation.Order order =
        new Simulation.Order(
            "Simulated campaign on " + dataset.root().toAbsolutePath().normalize().getFileName(),
            common.invocation(),
            preset.description(),
            out,
            resume,
            !noPhotographs);
    Clock clock = Clock.systemUTC();
    try (TrackedArms arms =
        new TrackedArms(
            new ConsoleProgressReporter(this::tell),
            tracking.tracking(out, common, clock),
            out,
            plan.facts(),
            encoding.classes())) {
      HaltOnSignal.run(() -> run(new Simulation(plan, data, arms, clock), order));
      arms.finished();
    }
    if (arm == null) {
      RunSummary.print(printed, common, out, out.resolve("report.html"));
    }
    return ExitCodes.DONE;
  }

  /** Arms that are processes of their own write to a log, whatever is printed in the end. */
  private void tell(String line) {
    if (arm != null) {
      common.out().println(line);
      common.out().flush();
    } else {
      printed.line(common, line);
    }
  }

  private void run(Simulation simulation, Simulation.Order order) {
    if (arm != null) {
      ArmProcesses.endWithParent();
      int colon = arm.lastIndexOf(':');
      simulation.runArm(
          order, Strategy.parse(arm.substring(0, colon)), Long.parseLong(arm.substring(colon + 1)));
    } else if (jobs > 1) {
      List<String> line = ArmProcesses.commandLine(jobs, common.arguments());
      simulation.runInProcesses(order, new ArmProcesses(jobs, line));
    } else {
      simulation.run(order);
    }
  }

  private List<LabelledImage> split(String name) {
    try {
      return dataset.split(name);
    } catch (FlipsideException e) {
      throw preset.explained(e);
    }
  }

  private HoldoutSplit heldOut(List<LabelledImage> train) {
    if (validationSplit == null) {
      return HoldoutSplit.of(train, validation);
    }
    if (validation > 0) {
      throw common.badUse("--validation and --val-split: expected one of the two");
    }
    return new HoldoutSplit(train, split(validationSplit));
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
}
