package dev.flipside.tools.agent;

import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.tools.remote.RemoteRound;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a round is.
 *
 * @param labels what the round learns from
 * @param split how held out regions are chosen
 * @param epochs epochs in total
 * @param step completed steps
 * @param steps steps in total, 0 while unknown
 * @param secondsLeft estimate of the remaining training time
 * @param losses losses of the completed epochs
 * @param note what the agent does now, or why the round failed
 * @param model id of the trained model, null until it is registered
 * @param metrics metrics on the held out regions, null until they are measured
 */
record RoundProgress(
    LabelArchive.State labels,
    RegionSplit split,
    int epochs,
    long step,
    long steps,
    double secondsLeft,
    List<RemoteRound.EpochLoss> losses,
    String note,
    @Nullable String model,
    @Nullable SegmentationMetrics metrics) {
  /** Copies the list. */
  RoundProgress {
    losses = List.copyOf(losses);
  }

  /** Returns the progress before the first step. */
  static RoundProgress start(
      LabelArchive.State labels,
      RegionSplit split,
      int epochs,
      List<RemoteRound.EpochLoss> losses) {
    return new RoundProgress(
        labels, split, epochs, 0, 0, 0, losses, "preparing images", null, null);
  }

  RoundProgress during(int all) {
    return new RoundProgress(
        labels, split, all, step, steps, secondsLeft, losses, note, model, metrics);
  }

  RoundProgress at(long done, long total, double seconds) {
    return new RoundProgress(
        labels, split, epochs, done, total, seconds, losses, "training", model, metrics);
  }

  RoundProgress with(List<RemoteRound.EpochLoss> all) {
    return new RoundProgress(
        labels, split, epochs, step, steps, secondsLeft, all, note, model, metrics);
  }

  RoundProgress noting(String what) {
    return new RoundProgress(labels, split, epochs, step, steps, 0, losses, what, model, metrics);
  }

  RoundProgress measured(SegmentationMetrics found) {
    return new RoundProgress(labels, split, epochs, step, steps, 0, losses, note, model, found);
  }

  RoundProgress registered(String id) {
    return new RoundProgress(labels, split, epochs, step, steps, 0, losses, note, id, metrics);
  }

  RemoteRound.Training toTraining() {
    return new RemoteRound.Training(
        labels.labels(),
        labels.trained(),
        labels.heldOut(),
        split.toString(),
        labels.pixels(),
        losses.size(),
        epochs,
        step,
        steps,
        secondsLeft,
        losses,
        note,
        model,
        metrics == null ? null : finite(metrics.miou()),
        metrics == null ? null : finite(metrics.iou()),
        metrics == null ? null : finite(metrics.pixelAccuracy()));
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static List<@Nullable Double> finite(List<Double> values) {
    List<@Nullable Double> finite = new ArrayList<>();
    values.forEach(each -> finite.add(finite(each)));
    return finite;
  }
}
