package dev.flipside.tools.command.bench;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.tools.bench.GraftBench;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.GridOptions;
import dev.flipside.tools.command.options.ModelOptions;
import dev.flipside.tools.console.ExitCodes;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside bench graft}. */
@Command(
    name = "graft",
    description = {
      "Measure the time and the peak memory needed to open a model and extend its"
          + " graph for scoring. Prints one JSON line."
    },
    footer = {
      "",
      "Example:",
      "  flipside bench graft --model model.onnx --size 360x480 --grid 5x5",
    })
public final class BenchGraftCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private GridOptions grid;

  @Option(
      names = "--size",
      required = true,
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      description = "Height and width of the images in px.")
  @SuppressWarnings("NullAway.Init")
  private ImageSize size;

  @Override
  public Integer call() {
    ScoringRequest request =
        common.usage(
            () -> new ScoringRequest(grid.spec().on(size), 1, ScoringSpec.FLIP_ENTROPY, Set.of()));
    common.out().println(new GraftBench(request).run(() -> model.open(common.err())).toJson());
    return ExitCodes.DONE;
  }
}
