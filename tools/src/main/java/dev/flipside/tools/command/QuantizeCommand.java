package dev.flipside.tools.command;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.quantization.Quantization;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.quantization.CalibrationOptions;
import dev.flipside.scorer.quantization.Quantizer;
import dev.flipside.tools.command.options.CardOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside models quantize}. */
@Command(
    name = "quantize",
    description = {
      "Write a model in 8 bits, for processors: int8 weights with a scale for each channel, uint8"
          + " activations, ranges found by running it on images of a pool. The first and the last"
          + " convolution stay float32."
    },
    footer = {
      "",
      "Example:",
      "  flipside models quantize model.onnx --pool images --out model-int8.onnx"
    })
public final class QuantizeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CardOptions told = new CardOptions();

  @Parameters(paramLabel = "M.onnx", description = "The float32 model.")
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of images like those that will be scored.")
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "32",
      description = "Images to calibrate on, drawn at random (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      description = "Resize images first (default: the size of the first).")
  private @Nullable ImageSize size;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      defaultValue = "100",
      description =
          "Percent of the values that a range covers at either end; 100 for the least and the"
              + " largest value (default: ${DEFAULT-VALUE}).")
  private double percentile;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of the draw (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the network (default: one a core).")
  private @Nullable Integer threads;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Model to write.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Override
  public Integer call() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    CalibrationOptions options =
        common.usage(() -> new CalibrationOptions(images, seed, size, percentile, count));
    LoadedModel loaded = ModelSource.open(model, told.card(), told.overrides());
    loaded.assumptions().forEach(assumption -> common.err().println("assumed: " + assumption));
    OnnxModelFile quantized;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Calibrating", "images")) {
      quantized = new Quantizer(loaded, options).quantize(Pool.ofFolder(pool), progress);
    }
    quantized.write(out);
    common.out().println(out + ": " + loaded.file().size() + " bytes became " + quantized.size());
    Quantization.note(quantized).ifPresent(note -> common.out().println(out + ": " + note));
    return ExitCodes.DONE;
  }
}
