package dev.flipside.tools.results;

import java.nio.file.Path;
import java.util.List;

/**
 * One line of {@code rescoring.csv}: a step that rescored a part of the pool.
 *
 * @param strategy name of the strategy
 * @param seed seed of the arm
 * @param step number of the step
 * @param k regions selected in it
 * @param poolImages images of the pool
 * @param rescoredImages images rescored in the step
 * @param inExactTopK how many of the selected regions an exact step would have selected; NaN where
 *     the step was not audited
 * @param inExactTop2K how many of them stand among the first 2K in the exact order; NaN likewise
 */
public record RescoringStep(
    String strategy,
    long seed,
    long step,
    long k,
    long poolImages,
    long rescoredImages,
    double inExactTopK,
    double inExactTop2K) {

  /** Whether the whole pool was scored as well, to compare. */
  public boolean audited() {
    return !Double.isNaN(inExactTop2K);
  }

  /** Reads the steps of a run. */
  public static List<RescoringStep> readAll(Path file) {
    return CsvTable.read(
            file,
            List.of(
                "strategy",
                "seed",
                "step",
                "k",
                "pool_images",
                "rescored_images",
                "audited",
                "in_exact_top_k",
                "in_exact_top_2k"))
        .rows()
        .stream()
        .map(RescoringStep::of)
        .toList();
  }

  private static RescoringStep of(CsvTable.Row row) {
    boolean audited = row.text("audited").matches("true|1");
    return new RescoringStep(
        row.text("strategy"),
        row.integer("seed"),
        row.integer("step"),
        row.integer("k"),
        row.integer("pool_images"),
        row.integer("rescored_images"),
        audited ? row.number("in_exact_top_k") : Double.NaN,
        audited ? row.number("in_exact_top_2k") : Double.NaN);
  }
}
