package dev.flipside.tools.results;

import dev.flipside.models.domain.ClassMap;
import java.util.Locale;

/** The numbers of a run as {@code results.csv}: one line a network, per-class IoU last. */
public final class ResultsFile {
  private ResultsFile() {}

  /** The first line: the columns' names. */
  public static String header(ClassMap classes) {
    return String.join(",", Measurement.columns(classes.classes())) + "\n";
  }

  /** The line of one network. */
  public static String line(RoundResult result) {
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s,%d,%d,%s,%d,%d,%.6f,%.6f,%.6f,%.6f,%.2f,%.2f,%.2f,%d",
                result.strategy(),
                result.seed(),
                result.round(),
                result.phase(),
                result.labelledRegions(),
                result.totalRegions(),
                result.labelledFraction(),
                result.metrics().miou(),
                result.metrics().pixelAccuracy(),
                result.classEntropy(),
                result.seconds().train(),
                result.seconds().evaluate(),
                result.seconds().score(),
                result.scoredImages()));
    result.metrics().iou().forEach(iou -> out.append(String.format(Locale.ROOT, ",%.6f", iou)));
    return out.append('\n').toString();
  }
}
