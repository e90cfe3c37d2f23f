package dev.flipside.tools.command;

import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.selection.ExclusionCheck;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.command.options.CascadeOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.RulesOptions;
import dev.flipside.tools.console.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside select}. */
@Command(
    name = "select",
    description = {
      "Select the K best regions of a scored pool, in one order over all images:"
          + " score descending, then image, row and column ascending."
    },
    footer = {
      "",
      "Example:",
      "  flipside select --scores scores.jsonl -k 100 --exclude labelled.jsonl --out selection.jsonl"
    })
public final class SelectCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "FILE",
      description = "Score file, as written by flipside score.")
  @SuppressWarnings("NullAway.Init")
  private Path scores;

  @Option(
      names = "-k",
      required = true,
      paramLabel = "K",
      description = "Number of regions to select.")
  private int k;

  @Mixin private RulesOptions rules = new RulesOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Selection file to write: one JSON line per region, best first.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Override
  public Integer call() {
    common.require(k >= 1, "-k", k, "at least 1");
    SelectionRules chosen = rules.rules(common);
    CascadeOptions.requireCovered(scores, k, chosen);
    TopRegions top = new TopRegions(k, chosen);
    AtomicLong failed = new AtomicLong();
    ExclusionCheck exclusions = new ExclusionCheck(chosen);
    ScoreFile.read(
        scores,
        result -> {
          exclusions.saw(result.image());
          if (result instanceof RegionScores regions) {
            top.offer(regions);
          } else {
            failed.incrementAndGet();
          }
        });
    exclusions.warning().ifPresent(text -> common.err().println("warning: " + text));
    List<SelectedRegion> selection = top.requireAll();
    SelectionFile.write(out, selection);
    if (failed.get() > 0) {
      common.err().println("note: " + failed + " images have no scores and were skipped");
    }
    common
        .out()
        .println(
            selection.size()
                + " of "
                + top.free()
                + " free regions in "
                + selection.stream().map(each -> each.id().image()).distinct().count()
                + " images, scores "
                + selection.get(0).score()
                + " to "
                + selection.get(selection.size() - 1).score()
                + ": "
                + out);
    return ExitCodes.DONE;
  }
}
