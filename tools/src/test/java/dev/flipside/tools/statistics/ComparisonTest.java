package dev.flipside.tools.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.tools.results.CsvTable;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.results.RunDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics of runs that are small enough to compute by hand. */
class ComparisonTest {
  private static final double TOLERANCE = 1e-9;

  /** 97.5 % quantile of Student's t distribution with 2 degrees of freedom, from a table. */
  private static final double T_2 = 4.302652729911275;

  @TempDir Path folder;

  private final List<Measurement> measurements = new ArrayList<>();

  @Test
  void at_threeSeeds_isMeanDeviationAndIntervalOfTheDifferences() {
    add("random", 0, 10, 0.30).add("random", 1, 10, 0.50).add("random", 2, 10, 0.40);
    add("equal+", 0, 10, 0.31).add("equal+", 1, 10, 0.53).add("equal+", 2, 10, 0.45);

    Difference difference = Objects.requireNonNull(compare().at("equal+", "random", 0.1));

    // 0.01, 0.03, 0.05
    assertThat(difference.spread().mean()).isCloseTo(0.03, within(TOLERANCE));
    assertThat(difference.spread().deviation()).isCloseTo(0.02, within(TOLERANCE));
    double half = T_2 * 0.02 / Math.sqrt(3);
    assertThat(difference.interval().low()).isCloseTo(0.03 - half, within(TOLERANCE));
    assertThat(difference.interval().high()).isCloseTo(0.03 + half, within(TOLERANCE));
    assertThat(difference.interval().excludesZero()).isFalse();
  }

  @Test
  void at_seedsOfOneStrategyAlone_areLeftOut() {
    add("random", 0, 10, 0.3).add("random", 7, 10, 0.9);
    add("equal+", 0, 10, 0.4).add("equal+", 8, 10, 0.1);

    Difference difference = Objects.requireNonNull(compare().at("equal+", "random", 0.1));

    assertThat(difference.spread().count()).isEqualTo(1);
    assertThat(difference.spread().mean()).isCloseTo(0.1, within(TOLERANCE));
    assertThat(difference.interval().low()).isNaN();
    assertThat(difference.interval().excludesZero()).isFalse();
    assertThat(compare().at("equal+", "random", 0.2)).isNull();
  }

  @Test
  void area_unevenBudgets_weighsByTheirDistance() {
    add("equal+", 0, 10, 0.2).add("equal+", 0, 20, 0.4).add("equal+", 0, 50, 0.6);
    add("equal+", 1, 10, 0.2).add("equal+", 1, 20, 0.4);

    Spread area = Objects.requireNonNull(compare().area("equal+"));

    // (0.1 · 0.3 + 0.3 · 0.5) / 0.4; the second seed has not reached the last budget.
    assertThat(area.mean()).isCloseTo(0.45, within(TOLERANCE));
    assertThat(area.count()).isEqualTo(1);
  }

  @Test
  void area_oneBudget_isNone() {
    add("equal+", 0, 10, 0.2);

    assertThat(compare().area("equal+")).isNull();
  }

  @Test
  void wins_tiesAndClearDifferences_areCounted() {
    add("random", 0, 10, 0.30).add("random", 1, 10, 0.30).add("random", 2, 10, 0.30);
    add("equal+", 0, 10, 0.40).add("equal+", 1, 10, 0.41).add("equal+", 2, 10, 0.42);
    add("random", 0, 20, 0.50).add("random", 1, 20, 0.50);
    add("equal+", 0, 20, 0.50).add("equal+", 1, 20, 0.49);

    assertThat(compare().wins("equal+", "random")).isEqualTo(new Comparison.Wins(3, 1, 5, 1, 2));
    assertThat(compare().wins("random", "equal+")).isEqualTo(new Comparison.Wins(1, 3, 5, 0, 2));
  }

  @Test
  void of_oneToTenDegreesOfFreedom_intervalsAsInTheTables() {
    double[] quantiles = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622};
    for (int i = 0; i < quantiles.length; i++) {
      Interval interval = Interval.of(new Spread(0, Math.sqrt(i + 2), i + 2));
      assertThat(interval.high()).isCloseTo(quantiles[i], within(5e-5));
      assertThat(interval.low()).isCloseTo(-quantiles[i], within(5e-5));
    }
  }

  @Test
  void write_run_filesSayTheSame() throws IOException {
    add("random", 0, 10, 0.30).add("random", 1, 10, 0.50);
    add("equal+", 0, 10, 0.32).add("equal+", 1, 10, 0.56);
    add("full", 0, 100, 0.8);
    SummaryFiles.write(folder, curves());

    List<CsvTable.Row> rows =
        CsvTable.read(folder.resolve("summary.csv"), List.of("measure", "ci95_low")).rows();
    JsonNode json = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());

    assertThat(rows).hasSize(json.path("statistics").size());
    assertThat(rows.get(0).values())
        .startsWith("miou", "random", "", "0.100000", "2", "0.400000", "0.141421");
    assertThat(json.path("statistics").get(0).path("mean").asDouble()).isEqualTo(0.4);
    CsvTable.Row difference =
        rows.stream().filter(row -> row.text("measure").equals("difference")).toList().get(1);
    assertThat(difference.text("strategy") + difference.text("against")).isEqualTo("equal+random");
    // 0.02, 0.06: deviation 0.028284, t(1) = 12.7062.
    assertThat(difference.text("mean")).isEqualTo("0.040000");
    assertThat(difference.text("ci95_low")).isEqualTo("-0.214124");
    assertThat(json.path("missingControls")).hasSize(2);
    assertThat(Files.readString(folder.resolve("summary.csv")))
        .contains("share_of_full,random,,0.100000,2,0.500000", "wins,equal+,random,,,,,,,2,0,2,0");
  }

  private ComparisonTest add(String strategy, long seed, int regions, double miou) {
    measurements.add(
        new Measurement(
            strategy,
            seed,
            1,
            true,
            regions,
            100,
            regions / 100.0,
            miou,
            0.5,
            1,
            1,
            1,
            1,
            1,
            List.of()));
    return this;
  }

  private Comparison compare() {
    return new Comparison(curves());
  }

  private Curves curves() {
    RunDescription run =
        new RunDescription(
            "",
            "",
            "",
            Map.of(),
            Map.of(),
            List.of(),
            List.of("random", "equal+", "full"),
            List.of(),
            List.of(),
            List.of());
    return new Curves(new RunContents(run, measurements, List.of(), List.of(), List.of()));
  }
}
