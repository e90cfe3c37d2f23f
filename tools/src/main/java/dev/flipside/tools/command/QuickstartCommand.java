package dev.flipside.tools.command;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.HaltOnSignal;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.simulation.Simulation;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.Budgets;
import dev.flipside.tools.simulation.plan.Labelling;
import dev.flipside.tools.simulation.plan.Pretraining;
import dev.flipside.tools.simulation.plan.Protocol;
import dev.flipside.tools.simulation.plan.Rescoring;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.tools.synth.StreetScenes;
import dev.flipside.tools.synth.SyntheticDataset;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside quickstart}: a simulated campaign on synthetic scenes, sized for a laptop. */
@Command(
    name = "quickstart",
    description = {
      "Draw a small data set of street scenes, run three rounds of active learning"
          + " on it and write a report. Takes a few minutes and needs neither data nor a"
          + " GPU."
    },
    footer = {"", "Example:", "  flipside quickstart --out runs/quickstart"})
public final class QuickstartCommand implements Callable<Integer> {
  private static final ImageSize SIZE = new ImageSize(120, 160);
  private static final int TRAIN_SCENES = 80;
  private static final int TEST_SCENES = 30;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/quickstart",
      description = "Run folder to create; must be empty or not exist (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed for scenes, initial weights and order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    Folders.requireEmpty(out);
    Path folder = out.resolve("data");
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Drawing scenes", "scenes")) {
      SyntheticDataset.write(
          folder, new StreetScenes(SIZE, seed), TRAIN_SCENES, TEST_SCENES, progress);
    }
    SimulationData data =
        new SimulationData(
            folder,
            PoolLayout.CAMVID.split(folder, "train"),
            PoolLayout.CAMVID.split(folder, "test"),
            ClassMap.CAMVID);
    Simulation simulation =
        new Simulation(
            plan(),
            data,
            new ConsoleProgressReporter(line -> printed.line(common, line)),
            Clock.systemUTC());
    HaltOnSignal.run(
        () ->
            simulation.run(
                new Simulation.Order(
                    "Flipside quickstart", common.invocation(), "", out, true, true)));
    RunSummary.print(printed, common, out, out.resolve("report.html"));
    return ExitCodes.DONE;
  }

  private SimulationPlan plan() {
    // With a quarter of ResNet-18's channels, an epoch takes seconds on two cores.
    NetworkShape network = NetworkShape.ofDepth(18).withWidth(0.25).withOutputStride(8);
    TrainingPlan training =
        TrainingPlan.select(network, SIZE, seed).toBuilder()
            .epochs(12)
            .learningRate(LearningRate.constant(3e-3))
            .build();
    return new SimulationPlan(
        List.of(Strategy.EQUAL_PLUS),
        List.of(seed),
        new Labelling(new GridSpec.Counts(4, 5), 0.05, false),
        new Budgets(List.of(0.05, 0.1, 0.15, 0.2), 80),
        new Protocol.Retrain(training),
        training,
        Pretraining.NONE,
        new Rescoring.Exact(),
        1);
  }
}
