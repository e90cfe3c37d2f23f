package dev.flipside.tools.results;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the folder of a run holds: {@code run.json}, {@code results.csv}, and where there are any
 * {@code rescoring.csv}, {@code tradeoff.csv} and pictures in {@code STRATEGY/seed-S/}.
 *
 * @param description what the run is
 * @param measurements networks that were measured, at least one
 * @param rescoring steps that rescored a part of the pool
 * @param tradeOff share of the passes against agreement, over several risks
 * @param pictures pictures of the arms that have any, in the order of the strategies
 */
public record RunContents(
    RunDescription description,
    List<Measurement> measurements,
    List<RescoringStep> rescoring,
    List<TradeOff> tradeOff,
    List<ArmPictures> pictures) {

  /**
   * Reads a folder.
   *
   * @throws FlipsideException if it is not the folder of a run, or a file in it is broken
   */
  public static RunContents read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new FlipsideException(
          folder
              + ": no such folder, expected the folder of a run as flipside simulate and flipside"
              + " quickstart write it");
    }
    RunDescription described = RunDescription.read(folder.resolve("run.json"));
    CsvTable results = Measurement.read(folder.resolve("results.csv"), described.classes());
    RunDescription description = described.completedBy(results);
    Path rescoring = folder.resolve("rescoring.csv");
    Path tradeOff = folder.resolve("tradeoff.csv");
    return new RunContents(
        description,
        results.rows().stream().map(row -> Measurement.of(row, description.classes())).toList(),
        Files.exists(rescoring) ? RescoringStep.readAll(rescoring) : List.of(),
        Files.exists(tradeOff) ? TradeOff.readAll(tradeOff) : List.of(),
        pictures(folder, description));
  }

  private static List<ArmPictures> pictures(Path folder, RunDescription description) {
    List<ArmPictures> pictures = new ArrayList<>();
    for (String strategy : description.strategies()) {
      for (long seed : description.seeds()) {
        ArmPictures arm =
            ArmPictures.read(folder.resolve(strategy).resolve("seed-" + seed), strategy, seed);
        if (!arm.examples().isEmpty() || !arm.atlas().isEmpty()) {
          pictures.add(arm);
        }
      }
    }
    return pictures;
  }

  /** All strategies that have a measurement, those of the description first and in its order. */
  public List<String> strategies() {
    Set<String> measured = new LinkedHashSet<>();
    measurements.forEach(each -> measured.add(each.strategy()));
    Set<String> ordered = new LinkedHashSet<>(description.strategies());
    ordered.retainAll(measured);
    ordered.addAll(measured);
    return List.copyOf(ordered);
  }
}
