package dev.flipside.tools.command.bench;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.tools.bench.ExternalProgramBench;
import dev.flipside.tools.bench.ScoreBench;
import dev.flipside.tools.bench.StepCost;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.GridOptions;
import dev.flipside.tools.command.options.InferenceOptions;
import dev.flipside.tools.command.options.ModelOptions;
import dev.flipside.tools.console.ExitCodes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside bench score}. */
@Command(
    name = "score",
    description = {
      "Measure scoring with flip entropy, including decoding: CPU time, wall-clock"
          + " time, peak memory and time to the first score. Alternates with inference"
          + " alone on a prepared tensor and, if given, with other models (--beside) and"
          + " other programs (--peer)."
    },
    footer = {
      "",
      "Examples:",
      "  flipside bench score --model model.onnx --pool images --grid 5x5 --images 8 --rounds 3",
      "  flipside bench score --model model.onnx --beside model-int8.onnx --pool images --grid 5x5",
      "  flipside bench score --model model.onnx --pool images --grid 5x5 --images 2000 --alone",
      "",
      "Every round prints one JSON line per measurement. The last lines compare"
          + " scoring with --model",
      "to the others."
    })
public final class BenchScoreCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private InferenceOptions run = new InferenceOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private GridOptions grid;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of images; reused if there are fewer than --images.")
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      description = "Resize images to this height and width (default: no resizing).")
  private @Nullable ImageSize size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Batch size (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images per round (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Number of rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--alone",
      description =
          "Skip the measurement of inference alone, so that the peak memory is that of scoring.")
  private boolean alone;

  @Option(
      names = "--beside",
      paramLabel = "M.onnx",
      description = "Also score with this model (for example int8), alternating; may be repeated.")
  private List<Path> beside = new ArrayList<>();

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "Shell command of another program that scores the same number of images; may"
            + " be repeated. Its last line must be JSON with what, per_second,"
            + " cpu_seconds_each and peak_mib."
      })
  private List<String> peers = new ArrayList<>();

  @Override
  public Integer call() {
    common.require(images >= 1, "--images", images, "1 or more");
    common.require(rounds >= 1, "--rounds", rounds, "1 or more");
    ScoringOptions options =
        common.usage(
            () ->
                ScoringOptions.builder(grid.spec(), Acquisition.FLIP_ENTROPY)
                    .resize(size)
                    .batch(batch)
                    .session(run.session(common))
                    .build());
    LoadedModel exact = model.open(common.err());
    Pool all = Pool.ofFolder(pool);
    ScoreBench own = new ScoreBench(exact, options, all, images);
    List<Supplier<StepCost>> turns = new ArrayList<>();
    turns.add(() -> scored(own));
    if (!alone) {
      turns.add(own::bare);
    }
    for (Path other : beside) {
      ScoreBench bench =
          new ScoreBench(ModelOptions.openBeside(other, exact), options, all, images);
      turns.add(() -> scored(bench));
    }
    for (String peer : peers) {
      turns.add(new ExternalProgramBench(peer, images)::run);
    }
    List<List<StepCost>> costs = new ArrayList<>();
    turns.forEach(turn -> costs.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < turns.size(); turn++) {
        costs.get(turn).add(print(turns.get(turn).get()));
      }
    }
    costs.subList(1, costs.size()).forEach(theirs -> compare(theirs, costs.get(0)));
    return ExitCodes.DONE;
  }

  private StepCost scored(ScoreBench bench) {
    StepCost cost = bench.scored();
    print("first score: %.2f s", bench.secondsToFirst());
    return cost;
  }

  private StepCost print(StepCost cost) {
    print("%s", cost.toJson());
    return cost;
  }

  private void print(String format, Object... values) {
    PrintWriter out = common.out();
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  private void compare(List<StepCost> theirs, List<StepCost> own) {
    print(
        "%s: %.3f times the images per CPU-second of %s, %.3f times the images per second",
        own.get(0).what(),
        mean(theirs, StepCost::cpuSeconds) / mean(own, StepCost::cpuSeconds),
        theirs.get(0).what(),
        mean(theirs, StepCost::seconds) / mean(own, StepCost::seconds));
  }

  private static double mean(List<StepCost> costs, ToDoubleFunction<StepCost> what) {
    return costs.stream().mapToDouble(what).average().orElse(Double.NaN);
  }
}
