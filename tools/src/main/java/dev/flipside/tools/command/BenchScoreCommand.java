package dev.flipside.tools.command;

import dev.flipside.models.vocab.ImageSize;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.tools.bench.PeerBench;
import dev.flipside.tools.bench.ScoreBench;
import dev.flipside.tools.bench.StepCost;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside bench score}. */
@Command(
    name = "score",
    description = {
      "Measure scoring by flip entropy, decoding included: seconds of all processors, seconds of the"
          + " clock, peak memory, time to the first score; in turn with the network alone on a"
          + " tensor that is ready, and with another program, where one is named."
    },
    footer = {
      "",
      "Examples:",
      "  flipside bench score --model model.onnx --pool images --grid 5x5 --images 8 --rounds 3",
      "  flipside bench score --model model.onnx --pool images --grid 5x5 --images 2000 --alone",
      "",
      "Each round prints one line of JSON for each, the end their ratios."
    })
public final class BenchScoreCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private RunOptions run = new RunOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private GridOptions grid;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of images, repeated where there are too few.")
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      description = "Resize images first (default: the size of each file).")
  private @Nullable ImageSize size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Images of one run of the network (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images of a round (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--alone",
      description = "Leave out the network alone, for the memory of scoring by itself.")
  private boolean alone;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "Another program that scores as many images, as a shell reads it. Its last line must be JSON"
            + " with what, per_second, cpu_seconds_each and peak_mib."
      })
  private @Nullable String peer;

  @Override
  public Integer call() {
    common.require(images >= 1, "--images", images, "1 or more");
    common.require(rounds >= 1, "--rounds", rounds, "1 or more");
    ScoringOptions options =
        common.usage(
            () ->
                new ScoringOptions(
                    grid.spec(),
                    Acquisition.parse("flip-entropy", 1, 0),
                    size,
                    batch,
                    1,
                    run.session(common)));
    ScoreBench bench =
        new ScoreBench(model.open(common.err()), options, Pool.ofFolder(pool), images);
    List<StepCost> own = new ArrayList<>();
    List<StepCost> bare = new ArrayList<>();
    List<StepCost> others = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      own.add(print(bench.scored()));
      common
          .out()
          .println(String.format(Locale.ROOT, "first score: %.2f s", bench.secondsToFirst()));
      if (!alone) {
        bare.add(print(bench.bare()));
      }
      if (peer != null) {
        others.add(print(new PeerBench(peer, images).run()));
      }
    }
    compare("the network alone", bare, own);
    compare("the other program", others, own);
    return ExitCodes.DONE;
  }

  private StepCost print(StepCost cost) {
    PrintWriter out = common.out();
    out.println(cost.toJson());
    out.flush();
    return cost;
  }

  private void compare(String what, List<StepCost> theirs, List<StepCost> own) {
    if (!theirs.isEmpty()) {
      common
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "images per CPU-second: %.3f times those of %s",
                  cpu(theirs) / cpu(own),
                  what));
    }
  }

  private static double cpu(List<StepCost> costs) {
    return costs.stream().mapToDouble(StepCost::cpuSeconds).average().orElse(Double.NaN);
  }
}
