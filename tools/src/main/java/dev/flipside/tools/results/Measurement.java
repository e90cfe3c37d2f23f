package dev.flipside.tools.results;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of {@code results.csv}: a network that was measured.
 *
 * @param strategy name of the strategy
 * @param seed seed of the arm
 * @param round selections before it
 * @param isFinal whether it is a network of the final stage, or the one that selects
 * @param labelledRegions regions labelled when it was trained
 * @param totalRegions regions of the pool
 * @param labelledFraction share of the regions, a fraction
 * @param miou mean intersection over union, a fraction
 * @param pixelAccuracy share of the pixels, a fraction
 * @param classEntropy entropy of the class distribution of the labelled pixels, nats; NaN where
 *     nothing is labelled
 * @param trainSeconds wall-clock seconds of training
 * @param evaluateSeconds wall-clock seconds of measuring
 * @param scoreSeconds wall-clock seconds of scoring and selecting
 * @param scoredImages images scored meanwhile
 * @param iou intersection over union of each class, NaN for one that does not occur
 */
public record Measurement(
    String strategy,
    long seed,
    long round,
    boolean isFinal,
    long labelledRegions,
    long totalRegions,
    double labelledFraction,
    double miou,
    double pixelAccuracy,
    double classEntropy,
    double trainSeconds,
    double evaluateSeconds,
    double scoreSeconds,
    long scoredImages,
    List<Double> iou) {
  private static final String IOU = "iou_";
  private static final List<String> COLUMNS =
      List.of(
          "strategy",
          "seed",
          "round",
          "phase",
          "labelled_regions",
          "total_regions",
          "labelled_fraction",
          "miou",
          "pixel_accuracy",
          "class_entropy_nats",
          "train_seconds",
          "evaluate_seconds",
          "score_seconds",
          "scored_images");

  /** Validates the components. */
  public Measurement {
    iou = List.copyOf(iou);
  }

  /**
   * Reads {@code results.csv}; the lines become measurements by {@link #of}.
   *
   * @throws FlipsideException if there is no such file, or it lacks a column or any line
   */
  public static CsvTable read(Path file, List<SegmentationClass> classes) {
    CsvTable table = CsvTable.read(file, columns(classes));
    if (table.rows().isEmpty()) {
      throw new FlipsideException(
          file
              + ": no measurement after the columns' names, expected at least one; wait for the"
              + " run's first");
    }
    return table;
  }

  /** Names of the file's columns, in order. */
  public static List<String> columns(List<SegmentationClass> classes) {
    List<String> columns = new ArrayList<>(COLUMNS);
    classes.forEach(each -> columns.add(iouColumn(each)));
    return columns;
  }

  /** Names of the classes that a file has columns for, in their order. */
  public static List<String> classNames(List<String> columns) {
    return columns.stream()
        .filter(each -> each.startsWith(IOU))
        .map(each -> each.substring(IOU.length()))
        .toList();
  }

  private static String iouColumn(SegmentationClass each) {
    return IOU + each.name().replace(',', ' ');
  }

  /**
   * What a line says.
   *
   * @throws FlipsideException if a value is not what its column holds
   */
  public static Measurement of(CsvTable.Row row, List<SegmentationClass> classes) {
    String phase = row.text("phase");
    if (!phase.equals("final") && !phase.equals("select")) {
      throw new FlipsideException(
          row.where() + ": phase \"" + phase + "\", expected select or final");
    }
    return new Measurement(
        row.text("strategy"),
        row.integer("seed"),
        row.integer("round"),
        phase.equals("final"),
        row.integer("labelled_regions"),
        row.integer("total_regions"),
        row.fraction("labelled_fraction"),
        row.fraction("miou"),
        row.fraction("pixel_accuracy"),
        row.number("class_entropy_nats"),
        row.number("train_seconds"),
        row.number("evaluate_seconds"),
        row.number("score_seconds"),
        row.integer("scored_images"),
        classes.stream().map(each -> row.fraction(iouColumn(each))).toList());
  }
}
