package dev.flipside.tools.command.model;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.quantization.Quantization;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.quantization.CalibrationOptions;
import dev.flipside.scorer.quantization.Quantizer;
import dev.flipside.tools.command.options.CardOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.RegistryOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code flipside models quantize}. */
@Command(
    name = "quantize",
    description = {
      "Quantize a model to int8 for CPUs: int8 weights per channel and uint8 activations,"
          + " calibrated on images of a pool. The first and last convolutions stay float32."
    },
    footer = {
      "",
      "Example:",
      "  flipside models quantize model.onnx --pool images --out model-int8.onnx"
    })
public final class QuantizeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CardOptions told = new CardOptions();

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private ModelsCommand models;

  @Parameters(
      paramLabel = "M.onnx|ID",
      description = "float32 model (ONNX), or the ID of a model in the registry.")
  @SuppressWarnings("NullAway.Init")
  private String model;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of images that resemble those to score.")
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "32",
      description = "Number of calibration images, drawn at random (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      description =
          "Resize images to this height and width (default: the training size of the model, if its"
              + " card contains it, otherwise the size of the first image).")
  private @Nullable ImageSize size;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      defaultValue = "100",
      description =
          "Percentile at which the range of an activation is clipped at either end; 100"
              + " uses the smallest and the largest value (default: ${DEFAULT-VALUE}).")
  private double percentile;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed for drawing the images (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads for inference (default: one per core).")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "ONNX file to write.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    calibration(size, count);
    output.require(out);
    LoadedModel loaded = RegistryOptions.open(model, models.registry(), told);
    loaded.assumptions().forEach(common.err()::println);
    CalibrationOptions options =
        calibration(size == null ? loaded.card().trainedSize().orElse(null) : size, count);
    Pool images = Pool.ofFolder(pool);
    common.notes(images.leftOut().notes());
    OnnxModelFile quantized;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Calibrating", "images")) {
      quantized = new Quantizer(loaded, options).quantize(images, progress);
    }
    quantized.write(out);
    Summary summary =
        new Summary()
            .line(
                out
                    + ": "
                    + quantized.size()
                    + " bytes (float32: "
                    + loaded.file().size()
                    + " bytes)")
            .with("out", out.toString())
            .with("bytes", quantized.size())
            .with("floatBytes", loaded.file().size());
    Quantization.note(quantized)
        .ifPresent(note -> summary.line(out + ": " + note).with("note", note));
    printed.print(common, summary);
    return ExitCodes.DONE;
  }

  private CalibrationOptions calibration(@Nullable ImageSize resize, int count) {
    return common.usage(() -> new CalibrationOptions(images, seed, resize, percentile, count));
  }
}
