package dev.flipside.tools.command.bench;

import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.tools.bench.ExternalProgramBench;
import dev.flipside.tools.bench.StepCost;
import dev.flipside.tools.bench.TrainBench;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.command.training.NetworkOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.trainer.TrainingPlan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside bench train}. */
@Command(
    name = "train",
    description = {
      "Measure training steps with both losses: CPU time, wall-clock time and peak"
          + " memory. With --peer, alternates with another program."
    },
    footer = {
      "",
      "Examples:",
      "  flipside bench train --data camvid --depth 50 --size 180x240 --batch 2",
      "  flipside bench train --data camvid --depth 18 --size 90x120 --batch 2 --steps 500",
      "",
      "Every round prints one JSON line per program. The last line is their ratio."
    })
public final class BenchTrainCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private DatasetOptions dataset = new DatasetOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Steps per round; with 200 or more, memory at the end is compared with memory"
              + " at the start (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "Shell command of another program that runs the same number of steps. Its"
            + " last line must be JSON with what, per_second, cpu_seconds_each and"
            + " peak_mib."
      })
  private @Nullable String peer;

  @Override
  public Integer call() {
    common.require(steps >= 1, "--steps", steps, "1 or more");
    common.require(rounds >= 1, "--rounds", rounds, "1 or more");
    TrainingPlan plan =
        common.usage(
            () -> network.override(TrainingPlan.select(network.shape(), network.size(), 0)));
    LabelEncoding encoding = dataset.encoding(common);
    network.requireFit(encoding.classes(), common);
    TrainBench bench = new TrainBench(plan, dataset.split("train"), encoding, steps);
    List<StepCost> own = new ArrayList<>();
    List<StepCost> others = new ArrayList<>();
    PrintWriter out = common.out();
    for (int round = 0; round < rounds; round++) {
      own.add(print(bench.run(), out));
      if (peer != null) {
        others.add(print(new ExternalProgramBench(peer, steps).run(), out));
      }
    }
    if (!others.isEmpty()) {
      out.println(
          String.format(
              Locale.ROOT,
              "ratio: %.3f of the CPU time, %.3f of the peak memory",
              cpu(own) / cpu(others),
              peak(own) / peak(others)));
    }
    double growth = bench.memoryGrowth();
    if (!Double.isNaN(growth)) {
      out.println(
          String.format(
              Locale.ROOT,
              "memory over the last 100 steps: %.4f of that over the first 100",
              growth));
    }
    return ExitCodes.DONE;
  }

  private static StepCost print(StepCost cost, PrintWriter out) {
    out.println(cost.toJson());
    out.flush();
    return cost;
  }

  private static double cpu(List<StepCost> costs) {
    return costs.stream().mapToDouble(StepCost::cpuSeconds).average().orElse(Double.NaN);
  }

  private static double peak(List<StepCost> costs) {
    return costs.stream().mapToDouble(StepCost::peakMib).max().orElse(Double.NaN);
  }
}
