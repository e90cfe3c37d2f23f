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
 * @param previous mean IoU of the model of the round before on the same regions, null until it is
 *     measured, or if there is none
 */
record RoundProgress(
    CampaignLabels.State labels,
    RegionSplit split,
    int epochs,
    long step,
    long steps,
    double secondsLeft,
    List<RemoteRound.EpochLoss> losses,
    String note,
    @Nullable String model,
    @Nullable SegmentationMetrics metrics,
    @Nullable Double previous) {
  /** What the service accepts. */
  private static final int LONGEST_NOTE = 2000;

  private static final int MOST_LOSSES = 10_000;

  /** Copies the list. */
  RoundProgress {
    losses = List.copyOf(losses);
  }

  /** Returns the progress before the labels are there. */
  static RoundProgress start(RegionSplit split, List<RemoteRound.EpochLoss> losses) {
    CampaignLabels.State none = new CampaignLabels.State(0, 0, List.of());
    return new RoundProgress(none, split, 1, 0, 0, 0, losses, "fetching labels", null, null, null);
  }

  RoundProgress learning(CampaignLabels.State from) {
    return new RoundProgress(
        from,
        split,
        epochs,
        step,
        steps,
        secondsLeft,
        losses,
        "preparing images",
        model,
        metrics,
        previous);
  }

  RoundProgress during(int all) {
    return new RoundProgress(
        labels, split, all, step, steps, secondsLeft, losses, note, model, metrics, previous);
  }

  RoundProgress at(long done, long total, double seconds) {
    return new RoundProgress(
        labels, split, epochs, done, total, seconds, losses, "training", model, metrics, previous);
  }

  RoundProgress with(List<RemoteRound.EpochLoss> all) {
    return new RoundProgress(
        labels, split, epochs, step, steps, secondsLeft, all, note, model, metrics, previous);
  }

  RoundProgress noting(String what) {
    return new RoundProgress(
        labels, split, epochs, step, steps, 0, losses, what, model, metrics, previous);
  }

  RoundProgress measured(SegmentationMetrics found, @Nullable Double before) {
    return new RoundProgress(
        labels, split, epochs, step, steps, 0, losses, note, model, found, before);
  }

  RoundProgress registered(String id) {
    return new RoundProgress(
        labels, split, epochs, step, steps, 0, losses, note, id, metrics, previous);
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
        losses.subList(0, Math.min(MOST_LOSSES, losses.size())),
        note.substring(0, Math.min(LONGEST_NOTE, note.length())),
        model,
        metrics == null ? null : finite(metrics.miou()),
        previous,
        metrics == null ? null : finite(metrics.iou()),
        metrics == null ? null : finite(metrics.pixelAccuracy()));
  }

  static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static List<@Nullable Double> finite(List<Double> values) {
    List<@Nullable Double> finite = new ArrayList<>();
    values.forEach(each -> finite.add(finite(each)));
    return finite;
  }
}
