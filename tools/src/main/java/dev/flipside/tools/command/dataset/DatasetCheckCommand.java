package dev.flipside.tools.command.dataset;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.dataset.DatasetCheck;
import dev.flipside.tools.dataset.DatasetText;
import dev.flipside.tools.dataset.SplitCheck;
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
      "Read a labelled data set and report its image counts, sizes, class shares"
          + " and problems: images without label, labels without image, class IDs out of"
          + " range and unreadable files. Exits with 3 if there are problems."
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
      description = "Layout of the folder: camvid, cityscapes or folder (default: detected).")
  private @Nullable PoolLayout layout;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description =
          "Classes of the labels: a number, camvid, cityscapes, or a JSON file"
              + " (default: those of the layout; with layout folder any ID, ignore index"
              + " 255).")
  private @Nullable String classes;

  @Option(names = "--json", description = "Print one JSON object that lists all problems.")
  private boolean json;

  @Override
  public Integer call() {
    PoolLayout found = layout == null ? DatasetCheck.layoutOf(folder) : layout;
    ClassMap map = classMap(found);
    List<SplitCheck> splits;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Reading", "images")) {
      splits = new DatasetCheck(folder, found, map).run(progress);
    }
    common
        .out()
        .println(
            json
                ? DatasetText.json(found, map, splits)
                : DatasetText.lines(found, map, splits).stripTrailing());
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
    };
  }
}
