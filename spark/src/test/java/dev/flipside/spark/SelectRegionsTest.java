package dev.flipside.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "Hadoop writes files on Windows only with its winutils")
class SelectRegionsTest {
  private static final RegionGrid GRID = new GridSpec.RegionSize(3, 4).on(new ImageSize(10, 13));

  @TempDir Path folder;
  private SparkSession spark = LocalSpark.session();

  @BeforeEach
  void open() {
    spark = LocalSpark.session();
  }

  @Test
  void select_tiesOfNamesThatSortDifferentlyByBytes_areOrderedAsBySelect() {
    List<ImageResult> results = new ArrayList<>();
    for (String name : LocalSpark.NAMES) {
      results.add(new RegionScores(name, GRID, new float[GRID.count()]));
    }
    ScoresTable table = table(results);
    for (int k : new int[] {70, 90}) {
      assertThat(lines(new SelectRegions(table, k, SelectionRules.NONE).select(spark).regions()))
          .isEqualTo(expected(results, k, SelectionRules.NONE));
    }
    assertThat(expected(results, 90, SelectionRules.NONE).get(79)).contains("\uD83D\uDE00");
    assertThat(expected(results, 90, SelectionRules.NONE).get(80)).contains("\uFF5E");
  }

  @Test
  void select_randomScoresAndRules_isThatOfSelect() {
    Random random = new Random(3);
    List<ImageResult> results = results(random);
    ScoresTable table = table(results);
    List<RegionId> excluded = List.of(new RegionId("7\uFF5E", 0, 0), new RegionId("12", 1, 2));
    List<SelectionRules> rules =
        List.of(
            SelectionRules.NONE,
            SelectionRules.NONE.withPerImageMax(2),
            SelectionRules.NONE.withMinDistance(5).excluding(excluded));
    for (int round = 0; round < 5; round++) {
      SelectionRules each = rules.get(round % 3);
      int k = 1 + random.nextInt(round < 3 ? 15 : 39);

      SelectRegions.Selection selection = new SelectRegions(table, k, each).select(spark);

      assertThat(lines(selection.regions())).isEqualTo(expected(results, k, each));
      assertThat(selection.failed()).isEqualTo(1);
    }
  }

  @Test
  void select_few_ranksFewImages() {
    List<ImageResult> results = new ArrayList<>();
    for (int image = 0; image < 30; image++) {
      float[] scores = new float[GRID.count()];
      scores[image % scores.length] = image;
      results.add(new RegionScores("image" + image, GRID, scores));
    }

    SelectRegions work = new SelectRegions(table(results), 4, SelectionRules.NONE);

    assertThat(work.candidates(spark).count()).isEqualTo(4);
    assertThat(lines(work.select(spark).regions()))
        .isEqualTo(expected(results, 4, SelectionRules.NONE));
  }

  @Test
  void select_imageInTheTableTwice_isSelectedOnce() {
    List<ImageResult> results = results(new Random(4));
    ScoresTable table = table(results);
    append(table, results);

    assertThat(lines(new SelectRegions(table, 25, SelectionRules.NONE).select(spark).regions()))
        .isEqualTo(expected(results, 25, SelectionRules.NONE));
  }

  @Test
  void select_excludedImageThatIsNotThere_isReported() {
    ScoresTable table = table(results(new Random(5)));
    SelectionRules rules = SelectionRules.NONE.excluding(List.of(new RegionId("other", 0, 0)));

    assertThat(new SelectRegions(table, 3, rules).select(spark).warning().orElseThrow())
        .contains("1 image, first other");
  }

  @Test
  void select_excludedRegionOfAnotherGrid_isNamed() {
    ScoresTable table = table(List.of(new RegionScores("a", GRID, new float[GRID.count()])));
    SelectionRules rules = SelectionRules.NONE.excluding(List.of(new RegionId("a", 9, 0)));

    assertThatThrownBy(() -> new SelectRegions(table, 1, rules).select(spark))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith("the selection was stopped: excluded region a[9,0]: the scores of");
  }

  @Test
  void select_excludedRegionOfAnotherGridInAnImageOfLowScores_isNamed() {
    float[] high = new float[GRID.count()];
    high[0] = 1;
    ScoresTable table =
        table(
            List.of(
                new RegionScores("high", GRID, high),
                new RegionScores("low", GRID, new float[GRID.count()])));
    SelectionRules rules = SelectionRules.NONE.excluding(List.of(new RegionId("low", 9, 0)));

    assertThatThrownBy(() -> new SelectRegions(table, 1, rules).select(spark))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("excluded region low[9,0]: the scores of");
  }

  @Test
  void select_moreThanAreFree_saysHowManyAre() {
    ScoresTable table = table(List.of(new RegionScores("a", GRID, new float[GRID.count()])));

    assertThatThrownBy(() -> new SelectRegions(table, 17, SelectionRules.NONE).select(spark))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("-k 17: only 16 regions are free");
  }

  @Test
  void open_noTable_isNamed() {
    assertThatThrownBy(
            () -> ScoresTable.open(folder.toString(), spark.sparkContext().hadoopConfiguration()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith(folder + ": no table of scores, expected the folder model=…");
  }

  /** Images with many ties, and one that failed. */
  private static List<ImageResult> results(Random random) {
    List<ImageResult> results = new ArrayList<>();
    for (int image = 0; image < 20; image++) {
      float[] scores = new float[GRID.count()];
      for (int index = 0; index < scores.length; index++) {
        scores[index] = random.nextInt(9) / 4f - 1;
      }
      String suffix = image % 3 == 0 ? "" : image % 3 == 1 ? "\uFF5E" : "\uD83D\uDE00";
      results.add(new RegionScores(image + suffix, GRID, scores));
    }
    results.add(new ImageFailure("broken", "damaged"));
    return results;
  }

  private ScoresTable table(List<ImageResult> results) {
    ScoresTable table = new ScoresTable(folder.resolve("table" + System.nanoTime()).toString());
    append(table, results);
    return table;
  }

  private void append(ScoresTable table, List<ImageResult> results) {
    List<Row> rows = new ArrayList<>();
    for (ImageResult result : results) {
      rows.add(ScoresTable.row(rows.size(), result));
    }
    table.append(spark.createDataFrame(rows, ScoresTable.SCHEMA).repartition(2));
  }

  private static List<String> expected(List<ImageResult> results, int k, SelectionRules rules) {
    TopRegions top = new TopRegions(k, rules);
    for (ImageResult result : results) {
      if (result instanceof RegionScores scores) {
        top.offer(scores);
      }
    }
    return lines(top.requireAll());
  }

  private static List<String> lines(List<SelectedRegion> regions) {
    return regions.stream().map(SelectionFile::format).toList();
  }
}
