package dev.flipside.tools.command;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.labels.LabelCoverage;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.selection.ExclusionCheck;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.CascadeOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.RulesOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.files.OutputFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside select}. */
@Command(
    name = "select",
    description = {
      "Select the K best regions of a scored pool. All regions are sorted together: by descending"
          + " score, then by ascending image, row and column."
    },
    footer = {
      "",
      "Example:",
      "  flipside select --scores scores.jsonl -k 100 --history taken.jsonl --out selection.jsonl"
    })
public final class SelectCommand implements Callable<Integer> {
  private static final String HOW = "; give it with --ignore or --classes";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "FILE",
      description = "Score file, as written by flipside score.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private Path scores;

  @Option(
      names = "-k",
      required = true,
      paramLabel = "K",
      description = "Number of regions to select.")
  @Section(Section.SELECTION)
  private int k;

  @Mixin private RulesOptions rules = new RulesOptions();

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Selection file for all rounds: its regions are excluded, and the selected ones are added"
              + " to it. Created in the first round (default: none).")
  @Section(Section.SELECTION)
  private @Nullable Path history;

  @Option(
      names = "--labels",
      paramLabel = "DIR",
      description =
          "Folder of label maps: regions in which something is labelled are excluded. Unlabelled"
              + " pixels have the ignore index of --ignore, --classes, or a classes.json in the"
              + " folder or beside it (default: none).")
  @Section(Section.SELECTION)
  private @Nullable Path labels;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description =
          "With --labels: classes of the labels: a number, camvid, cityscapes, or a JSON file"
              + " (default: none; required for colored labels).")
  @Section(Section.SELECTION)
  private @Nullable String classes;

  @Option(
      names = "--ignore",
      paramLabel = "N",
      description =
          "With --labels: value of unlabelled pixels (default: that of --classes or classes.json,"
              + " otherwise 255).")
  @Section(Section.SELECTION)
  private @Nullable Integer ignore;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Selection file to write: one JSON line per region, best first.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private Path out;

  private boolean ignoreIndexIsAssumed;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    common.require(k >= 1, "-k", k, "at least 1");
    if (ignore != null) {
      common.require(ignore >= 1 && ignore <= 255, "--ignore", ignore, "1 to 255");
    }
    output.require(out);
    requireHistory();
    SelectionRules chosen = rules.rules(common, history);
    CascadeOptions.requireCovered(scores, k, chosen);
    LabelCoverage labelled = labelled();
    TopRegions top = new TopRegions(k, chosen);
    AtomicLong failed = new AtomicLong();
    ExclusionCheck exclusions = new ExclusionCheck(chosen);
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Reading scores", "images")) {
      AtomicLong images = new AtomicLong();
      ScoreFile.read(
          scores,
          result -> {
            exclusions.saw(result.image());
            if (result instanceof RegionScores regions) {
              BitSet taken = chosen.taken(regions.image(), regions.grid());
              if (labelled != null) {
                taken.or(labelled.of(regions));
              }
              top.offer(regions, taken);
            } else {
              failed.incrementAndGet();
            }
            progress.advance(images.incrementAndGet(), 0, "");
          });
    }
    exclusions.warning().ifPresent(text -> common.err().println("warning: " + text));
    if (labelled != null) {
      warn(labelled);
    }
    List<SelectedRegion> selection = top.requireAll();
    SelectionFile.write(out, selection);
    if (history != null) {
      // Last: what the history has is never selected again.
      SelectionFile.append(history, selection);
    }
    if (failed.get() > 0) {
      common
          .err()
          .println(
              "note: "
                  + (failed.get() == 1 ? "1 image has" : failed + " images have")
                  + " no scores, see "
                  + scores
                  + "; skipped");
    }
    printed.print(common, summary(selection, top.free(), failed.get()));
    return ExitCodes.DONE;
  }

  private @Nullable LabelCoverage labelled() {
    Path folder = labels;
    if (folder == null) {
      return null;
    }
    if (!Files.isDirectory(folder)) {
      throw new FlipsideException(folder + ": no such folder of label maps (--labels)");
    }
    CascadeOptions.requireNoCascade(scores, "--labels");
    return new LabelCoverage(folder, classes(folder));
  }

  private void warn(LabelCoverage labelled) {
    Optional<String> uniform = labelled.warning();
    if (uniform.isPresent()) {
      common.err().println("warning: " + uniform.get() + HOW);
    } else if (ignoreIndexIsAssumed && labelled.neverUnlabelled()) {
      common
          .err()
          .println(
              "warning: no label map holds 255, so all count as labelled completely; if another"
                  + " value means unlabelled, it is the ignore index"
                  + HOW);
    }
  }

  /** Returns a class map with the ignore index of the labels. */
  private ClassMap classes(Path folder) {
    String given = classes;
    for (Path near : List.of(folder, folder.resolve(".."))) {
      Path file = near.resolve(MaskNames.CLASSES).normalize();
      given = given == null && Files.isRegularFile(file) ? file.toString() : given;
    }
    ignoreIndexIsAssumed = given == null && ignore == null;
    // Any value is read; without a class map only the ignore index matters.
    ClassMap map = given == null ? ClassMap.unnamed(1) : ClassMaps.read(given);
    Integer index = ignore;
    if (index == null) {
      return map;
    }
    return (index < map.count() ? ClassMap.unnamed(1) : map).withIgnoreIndex(index);
  }

  /** Checks the history before anything is written. */
  private void requireHistory() {
    Path file = history;
    if (file == null) {
      return;
    }
    if (file.toAbsolutePath().normalize().equals(out.toAbsolutePath().normalize())) {
      throw new FlipsideException(
          file
              + ": the file of both --history and --out, expected two; the history keeps all"
              + " rounds, --out has this one");
    }
    OutputFiles.require(file, true, "--history");
  }

  private Summary summary(List<SelectedRegion> selection, long free, long failed) {
    long images = selection.stream().map(each -> each.id().image()).distinct().count();
    float best = selection.get(0).score();
    float worst = selection.get(selection.size() - 1).score();
    return new Summary()
        .line(
            selection.size()
                + " of "
                + free
                + " free regions in "
                + images
                + " images, scores "
                + best
                + " to "
                + worst
                + ": "
                + out)
        .with("regions", selection.size())
        .with("free", free)
        .with("images", images)
        .with("imagesWithoutScores", failed)
        .with("highestScore", best)
        .with("lowestScore", worst)
        .with("out", out.toString())
        .with("history", history == null ? null : history.toString());
  }
}
