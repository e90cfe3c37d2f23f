package dev.flipside.tools.results;

import java.nio.file.Path;
import java.util.List;

/**
 * One line of {@code tradeoff.csv}: what rescoring a part of the pool costs and keeps at one risk.
 *
 * @param strategy name of the strategy
 * @param seed seed of the arm
 * @param risk risk that was accepted, a fraction
 * @param passShare forward passes as a share of those of exact scoring, a fraction
 * @param inExactTopK share of the picks that exact scoring selects, a fraction
 * @param inExactTop2K share of the picks among the first 2K of the exact order, a fraction
 */
public record TradeOff(
    String strategy,
    long seed,
    double risk,
    double passShare,
    double inExactTopK,
    double inExactTop2K) {

  /** Reads the trade-off of a run. */
  public static List<TradeOff> readAll(Path file) {
    return CsvTable.read(
            file,
            List.of(
                "strategy",
                "seed",
                "risk",
                "pass_share",
                "in_exact_top_k_share",
                "in_exact_top_2k_share"))
        .rows()
        .stream()
        .map(
            row ->
                new TradeOff(
                    row.text("strategy"),
                    row.integer("seed"),
                    row.fraction("risk"),
                    row.fraction("pass_share"),
                    row.fraction("in_exact_top_k_share"),
                    row.fraction("in_exact_top_2k_share")))
        .toList();
  }
}
