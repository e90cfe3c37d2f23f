package dev.flipside.tools.command.annotation;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.annotation.export.TaskFile;
import dev.flipside.scorer.annotation.export.TaskFormat;
import dev.flipside.scorer.annotation.export.TaskImages;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.metrics.Predictor;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.CardOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.RegistryOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside selection export}. */
@Command(
    name = "export",
    description = {
      "Export the regions of a selection, with their images, as a task for an annotation tool. The"
          + " regions are rectangles labelled flipside-region; leave them in place."
    },
    footer = {
      "",
      "cvat: XML to upload as annotations of a task with the images, or (.zip) a data set with them.",
      "label-studio: a JSON list of tasks. coco: JSON, or (.zip) with the images.",
      "masks: a ZIP of images/, regions/ (255 where to label) and labels/ (PNGs of class IDs to"
          + " paint).",
      "",
      "Examples:",
      "  flipside selection export --selection selection.jsonl --pool images --format cvat \\",
      "    --classes classes.json --out task.zip",
      "  flipside selection export --selection selection.jsonl --pool images --format label-studio \\",
      "    --classes classes.json --model runs/1/model.onnx --out tasks.json"
    })
public final class SelectionExportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--selection",
      required = true,
      paramLabel = "FILE",
      description = "Selection file, as written by flipside select.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private Path selection;

  @Mixin private PoolOptions source = new PoolOptions();

  @Option(
      names = "--model",
      paramLabel = "M.onnx|ID",
      description =
          "Model whose predictions annotators start from: a file, or an ID in the registry"
              + " (default: none, the regions are empty).")
  @Section(Section.MODEL)
  private @Nullable String model;

  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "Format of the file: ${COMPLETION-CANDIDATES}.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private String format;

  @Option(
      names = "--url",
      paramLabel = "PREFIX",
      defaultValue = "/data/local-files/?d=",
      description =
          "label-studio: prefix of the image URLs, followed by the name in the pool (default:"
              + " ${DEFAULT-VALUE}, local files of Label Studio).")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private String url;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private SummaryOptions printed = new SummaryOptions();

  private List<String> leftOut = List.of();

  @Override
  public Integer call() {
    TaskFormat chosen = format();
    ClassMap map = source.classes();
    output.require(out);
    List<SelectedRegion> selected = SelectionFile.read(selection);
    Pool images = source.pool();
    String told = model;
    TaskImages tasks;
    if (told == null) {
      tasks = write(chosen, map, selected, images, null);
    } else {
      LoadedModel loaded = registry.open(told, new CardOptions());
      requireSameClasses(loaded, map);
      loaded.assumptions().forEach(common.err()::println);
      SessionOptions session =
          SessionOptions.of(ExecutionProvider.AUTO, Runtime.getRuntime().availableProcessors());
      try (Predictor predictor =
          Predictor.open(loaded, loaded.card().trainedSize().orElse(null), session)) {
        tasks = write(chosen, map, selected, images, predictor::predict);
      }
    }
    if (!leftOut.isEmpty()) {
      common
          .err()
          .println(
              "left out: "
                  + leftOut.size()
                  + (leftOut.size() == 1 ? " image" : " images")
                  + " whose name XML cannot hold: "
                  + String.join(", ", leftOut.subList(0, Math.min(10, leftOut.size())))
                  + "; rename them or export as label-studio or coco");
    }
    printed.print(
        common,
        new Summary()
            .line(tasks.regions() + " regions in " + tasks.images().size() + " images: " + out)
            .with("regions", tasks.regions())
            .with("images", tasks.images().size())
            .with("leftOut", leftOut)
            .with("format", chosen.id())
            .with("out", out.toString()));
    return ExitCodes.DONE;
  }

  private void requireSameClasses(LoadedModel loaded, ClassMap map) {
    int count = loaded.card().classes().count();
    if (count != map.count()) {
      throw new FlipsideException(
          "--model "
              + model
              + ": the model has "
              + count
              + " classes, --classes names "
              + map.count()
              + "; give the class map that the model was trained with");
    }
  }

  private TaskImages write(
      TaskFormat chosen,
      ClassMap map,
      List<SelectedRegion> selected,
      Pool images,
      TaskImages.@Nullable Predictions predictions) {
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Writing", "images")) {
      TaskImages tasks = TaskImages.of(selected, images, map, predictions, progress);
      String name = String.valueOf(selection.getFileName()).replaceFirst("\\.jsonl?$", "");
      leftOut = new TaskFile(name, images, tasks, map, this::url).write(chosen, out);
      return tasks;
    }
  }

  /** Returns the URL of an image: the prefix and the encoded name, with its slashes. */
  private String url(String image) {
    return url
        + URLEncoder.encode(image, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  private TaskFormat format() {
    try {
      return TaskFormat.of(format);
    } catch (FlipsideException e) {
      throw common.badUse("--format: " + e.getMessage());
    }
  }

  /** The names in help texts and shell completion. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TaskFormat.ids().iterator();
    }
  }
}
