package dev.flipside.tools.command.dataset;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.command.options.LabelOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.dataset.DatasetCheck;
import dev.flipside.tools.dataset.DatasetText;
import dev.flipside.tools.dataset.SplitCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside dataset check}. */
@Command(
    name = "check",
    description = {
      "Read a labelled data set and report its image counts, sizes, class shares and problems:"
          + " images without labels, labels without images, class IDs and colors that are not in"
          + " the class map, masks of 0 and 255, labels in JPEG, sizes that differ, and unreadable"
          + " files. Exits with 1 if training would fail or learn wrongly, and with 3 if the only"
          + " problem is labels without images."
    },
    footer = {"", "Example:", "  flipside dataset check cityscapes --layout cityscapes --json"})
public final class DatasetCheckCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "DIR", description = "Folder of the data set.")
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Option(
      names = "--layout",
      paramLabel = "L",
      converter = DatasetOptions.LayoutConverter.class,
      description = "Layout of the folder: camvid, cityscapes, folder or pool (default: detected).")
  private @Nullable PoolLayout layout;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description =
          "Classes of the labels: a number, camvid, cityscapes, or a JSON file"
              + " (default: those of the layout; with layout folder any ID, ignore index"
              + " 255).")
  private @Nullable String classes;

  @Mixin private LabelOptions labels = new LabelOptions();

  @Option(names = "--json", description = "Print one JSON object that lists all problems.")
  private boolean json;

  @Override
  public Integer call() {
    PoolLayout found = layout == null ? PoolLayout.of(folder) : layout;
    LabelEncoding encoding = labels.encoding(classMap(found), common);
    ClassMap map = encoding.classes();
    List<SplitCheck> splits;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Reading", "images")) {
      splits = new DatasetCheck(folder, found, encoding).run(progress);
    }
    common
        .out()
        .println(
            json
                ? DatasetText.json(found, map, splits)
                : DatasetText.lines(found, map, splits).stripTrailing());
    if (splits.stream()
        .anyMatch(
            split -> split.faults().stream().anyMatch(each -> each.kind().spoilsTraining()))) {
      return ExitCodes.FAILED;
    }
    return splits.stream().allMatch(each -> each.faults().isEmpty())
        ? ExitCodes.DONE
        : ExitCodes.PARTLY_DONE;
  }

  private ClassMap classMap(PoolLayout found) {
    if (classes != null) {
      return ClassMaps.read(classes);
    }
    return switch (found) {
      case CAMVID -> ClassMap.CAMVID;
      case CITYSCAPES -> ClassMap.CITYSCAPES;
      case FOLDER -> ClassMap.unnamed(255);
      case POOL -> pool();
    };
  }

  private ClassMap pool() {
    Path file = folder.resolve("classes.json");
    return Files.exists(file) ? ClassMaps.read(file) : ClassMap.unnamed(255);
  }
}
