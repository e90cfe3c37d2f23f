package dev.flipside.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.ExclusionCheck;
import dev.flipside.scorer.selection.ImageIds;
import dev.flipside.scorer.selection.RankedRegions;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Selects the K best regions of a {@link ScoresTable}, the same and in the same order as {@code
 * flipside select} does from a score file.
 *
 * <p>Two passes. The first one reads the best score of each image alone, and finds the K-th highest
 * of them: K regions are at least as good, so that images below it hold none of the K best. The
 * second pass ranks the regions of the other images with {@link TopRegions}, partition by
 * partition, and merges what each has found.
 *
 * @param table the scores
 * @param k number of regions, at least 1
 * @param rules restrictions
 */
public record SelectRegions(ScoresTable table, int k, SelectionRules rules) {
  /**
   * @throws IllegalArgumentException if {@code k} is not positive
   */
  public SelectRegions {
    if (k < 1) {
      throw new IllegalArgumentException("selection of " + k + " regions, expected at least 1");
    }
  }

  /**
   * A selection.
   *
   * @param regions exactly K regions, best first
   * @param failed number of images without scores
   * @param warning warning to print, if excluded images are not in the table
   */
  public record Selection(List<SelectedRegion> regions, long failed, Optional<String> warning) {
    /** Copies the list. */
    public Selection {
      regions = List.copyOf(regions);
    }
  }

  /**
   * Selects.
   *
   * @throws FlipsideException if fewer than K regions are free, or the rules exclude a region that
   *     the grid of an image does not have
   */
  public Selection select(SparkSession spark) {
    try {
      TopRegions top = new TopRegions(k, rules);
      top.merge(ranked(spark));
      return new Selection(top.requireAll(), table.failed(spark).count(), warning(spark));
    } catch (Exception e) { // Spark's exceptions are checked, and not declared
      throw SparkFailure.of("the selection was stopped", e, "");
    }
  }

  private RankedRegions ranked(SparkSession spark) {
    int most = k; // this object is not sent
    return candidates(spark)
        .toJavaRDD()
        .mapPartitions(new Ranking(k, rules))
        .treeAggregate(
            Sent.of(new TopRegions(k).found()),
            (one, other) -> merged(one, other, most),
            (one, other) -> merged(one, other, most))
        .value();
  }

  private static Sent<RankedRegions> merged(
      Sent<RankedRegions> one, Sent<RankedRegions> other, int k) {
    return Sent.of(one.value().merge(other.value(), k));
  }

  /** Returns the rows of the images that may hold one of the K best regions. */
  Dataset<Row> candidates(SparkSession spark) {
    Dataset<Row> scored = table.scored(spark);
    // The best region of an image with excluded ones may be excluded.
    Dataset<Row> free = scored.select("image", "best");
    if (!rules.excluded().isEmpty()) {
      free = free.filter(new Excluded(rules, false));
    }
    free = free.sort(col("best").desc());
    for (int rows = k; ; rows = Math.multiplyExact(rows, 2)) {
      List<Row> highest = free.limit(rows).collectAsList();
      Set<String> images = new HashSet<>();
      for (Row row : highest) {
        images.add(row.getString(0));
        if (images.size() == k) {
          return scored.filter(col("best").geq(lit(row.getFloat(1))));
        }
      }
      if (highest.size() < rows) {
        return scored; // fewer than K images: all of them count
      }
    }
  }

  /**
   * Returns the warning about excluded images that are not there.
   *
   * @throws FlipsideException if the grid of an excluded image, candidate or not, is another one
   */
  private Optional<String> warning(SparkSession spark) {
    ExclusionCheck check = new ExclusionCheck(rules);
    if (!rules.excluded().isEmpty()) {
      table
          .rows(spark)
          .select("image", "height", "width", "regionHeight", "regionWidth")
          .filter(new Excluded(rules, true))
          .distinct()
          .collectAsList()
          .forEach(
              row -> {
                check.saw(row.getString(0));
                if (!row.isNullAt(1)) {
                  ImageSize size = new ImageSize(row.getInt(1), row.getInt(2));
                  RegionGrid grid = new RegionGrid(size, row.getInt(3), row.getInt(4));
                  rules.taken(row.getString(0), grid);
                }
              });
    }
    return check.warning();
  }

  /** Finds the rows whose first column is, or is not, an image with excluded regions. */
  private record Excluded(SelectionRules rules, boolean wanted) implements FilterFunction<Row> {
    @Override
    public boolean call(Row row) {
      return rules.excluded().containsKey(ImageIds.normal(row.getString(0))) == wanted;
    }
  }

  /** Ranks the regions of a partition. */
  private record Ranking(int k, SelectionRules rules)
      implements FlatMapFunction<Iterator<Row>, Sent<RankedRegions>> {
    @Override
    public Iterator<Sent<RankedRegions>> call(Iterator<Row> rows) {
      TopRegions top = new TopRegions(k, rules);
      while (rows.hasNext()) {
        if (ScoresTable.result(rows.next()) instanceof RegionScores scores) {
          top.offer(scores);
        }
      }
      return List.of(Sent.of(top.found())).iterator();
    }
  }
}
