package dev.flipside.tools.command.options;

import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options that restrict which regions may be selected. */
@Section(Section.SELECTION)
public final class RulesOptions {
  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      description = "Selection file whose regions are excluded; may be repeated (default: none).")
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
          "Minimum distance in px between the centers of regions of the same image (default:"
              + " ${DEFAULT-VALUE}).")
  private double minDistance;

  public SelectionRules rules(CommonOptions common) {
    return rules(common, null);
  }

  /**
   * Returns the rules.
   *
   * @param history file of further regions to exclude, which need not exist; null for none
   */
  public SelectionRules rules(CommonOptions common, @Nullable Path history) {
    common.require(perImageMax >= 1, "--per-image-max", perImageMax, "at least 1");
    common.require(minDistance >= 0, "--min-distance", minDistance, "at least 0 px");
    Stream<Path> earlier = Stream.ofNullable(history).filter(Files::exists);
    List<RegionId> excluded =
        Stream.concat(exclude.stream(), earlier)
            .flatMap(file -> SelectionFile.read(file).stream().map(SelectedRegion::id))
            .toList();
    return SelectionRules.NONE
        .excluding(excluded)
        .withPerImageMax(perImageMax)
        .withMinDistance(minDistance);
  }
}
