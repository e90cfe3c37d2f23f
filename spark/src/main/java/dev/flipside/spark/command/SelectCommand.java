package dev.flipside.spark.command;

import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.spark.ScoresTable;
import dev.flipside.spark.SelectRegions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code select}: writes the K best regions of a table of scores. */
@Command(
    name = "select",
    mixinStandardHelpOptions = true,
    description =
        "Select the K best regions of a table of scores, in the order of flipside select.")
final class SelectCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "DIR|ADDRESS",
      description = "Table of scores: the folder model=…/run=… that score printed.")
  @SuppressWarnings("NullAway.Init")
  private String scores;

  @Option(names = "-k", required = true, paramLabel = "K", description = "Number of regions.")
  private int k;

  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      description = "Selection file whose regions are excluded; may be repeated.")
  private List<Path> exclude = new ArrayList<>();

  @Option(
      names = "--per-image-max",
      paramLabel = "N",
      defaultValue = "2147483647",
      description = "Maximum number of regions per image (default: no limit).")
  private int perImageMax;

  @Option(
      names = "--min-distance",
      paramLabel = "PX",
      defaultValue = "0",
      description = "Minimum distance in px between the centers of regions of the same image.")
  private double minDistance;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Selection file to write on the machine of the driver.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Override
  public Integer call() throws IOException {
    List<RegionId> excluded =
        exclude.stream()
            .flatMap(file -> SelectionFile.read(file).stream().map(SelectedRegion::id))
            .toList();
    SelectionRules rules =
        FlipsideSpark.usage(
            spec,
            () ->
                new SelectionRules(SelectionRules.NONE.excluded(), perImageMax, minDistance)
                    .excluding(excluded));
    try (SparkSession spark = SparkSession.builder().appName("flipside select").getOrCreate()) {
      ScoresTable table = ScoresTable.open(scores, spark.sparkContext().hadoopConfiguration());
      SelectRegions work = FlipsideSpark.usage(spec, () -> new SelectRegions(table, k, rules));
      SelectRegions.Selection selection = work.select(spark);
      SelectionFile.write(out, selection.regions());
      PrintWriter err = spec.commandLine().getErr();
      selection.warning().ifPresent(text -> err.println("warning: " + text));
      if (selection.failed() > 0) {
        err.println("note: " + selection.failed() + " images have no scores and were skipped");
      }
      spec.commandLine().getOut().println(k + " regions: " + out);
      return 0;
    }
  }
}
