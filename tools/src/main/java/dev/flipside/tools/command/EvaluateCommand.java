package dev.flipside.tools.command;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.metrics.ConfusionMatrix;
import dev.flipside.scorer.metrics.Evaluator;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.command.options.InferenceOptions;
import dev.flipside.tools.command.options.LabelOptions;
import dev.flipside.tools.command.options.ModelOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.SizeOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.results.MetricsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Evaluate a model on a labelled split: mIoU, IoU of each class, pixel" + " accuracy.",
    footer = {
      "",
      "Example:",
      "  flipside evaluate --model model.onnx --data camvid --split test --out metrics.json"
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private InferenceOptions run = new InferenceOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the labelled data set.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(
      names = "--layout",
      paramLabel = "L",
      converter = DatasetOptions.LayoutConverter.class,
      description = "Layout of the folder: camvid, cityscapes, folder or pool (default: detected).")
  @Section(Section.INPUT)
  private @Nullable PoolLayout layout;

  @Mixin private LabelOptions labels = new LabelOptions();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "Split to evaluate on (default: ${DEFAULT-VALUE}).")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private String split;

  @Mixin private SizeOptions sizes = new SizeOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "JSON file to write the metrics to.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    SessionOptions session = run.session(common);
    Folders.createFor(out);
    output.require(out);
    PoolLayout found = layout == null ? PoolLayout.of(data) : layout;
    List<LabelledImage> images = found.split(data, split);
    LoadedModel loaded = model.open(common.err());
    LabelEncoding encoding = labels.encoding(loaded.card().classes(), common);
    ClassMap classes = encoding.classes();
    ImageSize size = sizes.size(loaded.card(), common);
    SegmentationMetrics metrics;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Evaluating", "images")) {
      metrics = Evaluator.evaluate(loaded, images, encoding, size, session, progress);
    }
    Map<String, String> about = new LinkedHashMap<>();
    about.put("model", loaded.file().digest());
    about.put("data", data.toString());
    about.put("split", split);
    about.put("images", Integer.toString(images.size()));
    about.put("size", size == null ? "as each file" : size.toString());
    noteOneClass(metrics.confusion());
    MetricsFile.write(out, about, metrics, classes);
    printed.print(
        common,
        new Summary()
            .line(
                String.format(
                    Locale.ROOT,
                    "mIoU %.4f, pixel accuracy %.4f on %d images: %s",
                    metrics.miou(),
                    metrics.pixelAccuracy(),
                    images.size(),
                    out))
            .with("miou", metrics.miou())
            .with("pixelAccuracy", metrics.pixelAccuracy())
            .with("meanClassAccuracy", metrics.meanClassAccuracy())
            .with("images", images.size())
            .with("size", about.get("size"))
            .with("model", about.get("model"))
            .with("out", out.toString()));
    return ExitCodes.DONE;
  }

  /** A model that predicts one class everywhere is perfect on labels of that class alone. */
  private void noteOneClass(ConfusionMatrix confusion) {
    int[] labelled =
        IntStream.range(0, confusion.classes())
            .filter(
                id ->
                    IntStream.range(0, confusion.classes())
                        .anyMatch(other -> confusion.count(id, other) > 0))
            .toArray();
    if (labelled.length <= 1 && confusion.classes() > 1) {
      String found =
          labelled.length == 0 ? "no pixel is labelled" : "only class " + labelled[0] + " occurs";
      common.notes(
          List.of(
              found
                  + " in the labels, which says little of the model; see flipside dataset check"));
    }
  }
}
