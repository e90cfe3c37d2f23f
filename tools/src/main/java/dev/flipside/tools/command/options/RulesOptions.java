package dev.flipside.tools.command.options;

import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options that restrict which regions may be selected. */
public final class RulesOptions {
  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      description = "Selection file whose regions are excluded; may be repeated.")
  private List<Path> exclude = new ArrayList<>();

  @Option(
      names = "--per-image-max",
      paramLabel = "N",
      defaultValue = "2147483647",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "Maximum number of regions per image (default: no limit).")
  private int perImageMax;

  @Option(
      names = "--min-distance",
      paramLabel = "PX",
      defaultValue = "0",
      description =
          "Minimum distance in px between the centres of regions of the same image"
              + " (default: ${DEFAULT-VALUE}).")
  private double minDistance;

  public SelectionRules rules(CommonOptions common) {
    common.require(perImageMax >= 1, "--per-image-max", perImageMax, "at least 1");
    common.require(minDistance >= 0, "--min-distance", minDistance, "at least 0 px");
    List<RegionId> excluded =
        exclude.stream()
            .flatMap(file -> SelectionFile.read(file).stream().map(SelectedRegion::id))
            .toList();
    return SelectionRules.NONE
        .excluding(excluded)
        .withPerImageMax(perImageMax)
        .withMinDistance(minDistance);
  }
}
