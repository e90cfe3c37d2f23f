package dev.flipside.tools.command.bench;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.tools.bench.DeviceBench;
import dev.flipside.tools.bench.DeviceBench.Setting;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.InferenceOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.export.OnnxExporter;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside bench gpu}. */
@Command(
    name = "gpu",
    description = {
      "Measure scoring with flip entropy on a GPU for several image sizes, precisions and batch"
          + " sizes: the scoring graph on decoded images, scoring from files, and the agreement of"
          + " fp16 with fp32. Prints one JSON line per measurement; the line of a failed one has"
          + " the reason."
    },
    footer = {
      "",
      "Examples:",
      "  flipside bench gpu --device cuda --pool images --decode-threads 16",
      "  flipside bench gpu --device cpu --pool images --sizes 90x120 --batches 1,2 --depth 18",
    })
public final class BenchGpuCommand implements Callable<Integer> {
  private static final int CLASSES = 19;
  private static final GridSpec GRID = GridSpec.parseCounts("5x5");

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private InferenceOptions run = new InferenceOptions();

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description = "Model to score with (default: FCN on ResNet with random weights).")
  private @Nullable Path model;

  @Option(
      names = "--depth",
      paramLabel = "D",
      defaultValue = "50",
      description = "Without --model, ResNet depth: 18, 34, 50 or 101 (default: ${DEFAULT-VALUE}).")
  private int depth;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of images to score from files.")
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--sizes",
      paramLabel = "HxW,…",
      split = ",",
      converter = CommonOptions.SizeConverter.class,
      defaultValue = "360x480,512x1024",
      description = "Sizes to which images are resized (default: ${DEFAULT-VALUE}).")
  private List<ImageSize> sizes = new ArrayList<>();

  @Option(
      names = "--precisions",
      paramLabel = "P,…",
      split = ",",
      defaultValue = "fp32,fp16",
      description = "Precisions to measure (default: ${DEFAULT-VALUE}).")
  private List<Precision> precisions = new ArrayList<>();

  @Option(
      names = "--batches",
      paramLabel = "N,…",
      split = ",",
      defaultValue = "1,2,4,8,16,32",
      description = "Batch sizes (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--decode-threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads that read and decode images (default: ${DEFAULT-VALUE}).")
  private int decodeThreads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "Seconds per measurement on decoded images (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "256",
      description = "Images per measurement from files (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "6",
      description =
          "Start no measurement after this time; the remaining ones are reported as skipped"
              + " (default: ${DEFAULT-VALUE}).")
  private int minutes;

  private boolean measured;

  @Override
  public Integer call() throws IOException {
    common.require(batches.stream().allMatch(each -> each >= 1), "--batches", batches, "1 or more");
    common.require(decodeThreads >= 1, "--decode-threads", decodeThreads, "1 or more");
    common.require(seconds >= 1, "--seconds", seconds, "1 or more");
    common.require(images >= 1, "--images", images, "1 or more");
    common.require(minutes >= 1, "--minutes", minutes, "1 or more");
    Instant end = Instant.now().plus(Duration.ofMinutes(minutes));
    DeviceBench bench =
        new DeviceBench(
            model == null ? made() : ModelSource.open(model, null, CardOverrides.NONE),
            GRID,
            run.session(common));
    Pool files = Pool.ofFolder(pool);
    for (ImageSize size : sizes) {
      for (Precision precision : precisions) {
        for (int batch : batches) {
          Setting setting = new Setting(size, precision, batch);
          attempt(
              "decoded", setting, end, () -> bench.decoded(setting, Duration.ofSeconds(seconds)));
          attempt("files", setting, end, () -> bench.files(setting, files, decodeThreads, images));
        }
      }
      Setting setting = new Setting(size, Precision.FP16, batches.get(0));
      attempt(
          "fp16 against fp32", setting, end, () -> bench.agreement(setting, files, decodeThreads));
    }
    return measured ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  /** Prints a measurement, or why there is none; the others go on. */
  private void attempt(String what, Setting setting, Instant end, Supplier<String> work) {
    String line;
    if (Instant.now().isAfter(end)) {
      line = setting.failure(what, "left out: the time given with --minutes is over");
    } else {
      try {
        line = work.get();
        measured = true;
      } catch (FlipsideException | OutOfMemoryError e) {
        line = setting.failure(what, String.valueOf(e.getMessage()));
      }
    }
    common.out().println(line);
    common.out().flush();
  }

  private LoadedModel made() throws IOException {
    ClassMap classes = ClassMap.unnamed(CLASSES);
    NetworkShape shape = common.usage(() -> NetworkShape.ofDepth(depth));
    TrainingPlan plan =
        TrainingPlan.select(shape, sizes.get(0), 0).toBuilder().device(DeviceChoice.CPU).build();
    Path file = Files.createTempFile("flipside-bench", ".onnx");
    try (SegmentationTraining training = SegmentationTraining.start(plan, classes)) {
      OnnxExporter.export(training.network(), training.card("", Instant.EPOCH, Map.of()), false)
          .write(file);
      return ModelSource.open(file, null, CardOverrides.NONE);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
