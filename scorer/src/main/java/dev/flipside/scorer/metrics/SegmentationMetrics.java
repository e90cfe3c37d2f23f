package dev.flipside.scorer.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Metrics of a segmentation, as fractions from 0 to 1. A metric without any pixel is NaN.
 *
 * @param miou mean IoU over the classes that are present in labels or predictions
 * @param iou IoU of each class, {@code TP / (TP + FP + FN)}; NaN if a class is absent from both
 * @param pixelAccuracy fraction of the labelled pixels that were predicted correctly
 * @param meanClassAccuracy mean over the labelled classes of the fraction of their pixels that were
 *     predicted correctly
 * @param confusion the underlying counts, not copied
 */
public record SegmentationMetrics(
    double miou,
    List<Double> iou,
    double pixelAccuracy,
    double meanClassAccuracy,
    ConfusionMatrix confusion) {

  /** Copies the list. */
  public SegmentationMetrics {
    iou = Collections.unmodifiableList(new ArrayList<>(iou));
  }

  static SegmentationMetrics of(ConfusionMatrix confusion) {
    int classes = confusion.classes();
    List<Double> iou = new ArrayList<>();
    Mean meanIou = new Mean();
    Mean meanAccuracy = new Mean();
    long right = 0;
    long labelled = 0;
    for (int id = 0; id < classes; id++) {
      long truths = 0;
      long predictions = 0;
      for (int other = 0; other < classes; other++) {
        truths += confusion.count(id, other);
        predictions += confusion.count(other, id);
      }
      long hits = confusion.count(id, id);
      long union = truths + predictions - hits;
      double classIou = union == 0 ? Double.NaN : (double) hits / union;
      iou.add(classIou);
      meanIou.add(classIou);
      meanAccuracy.add(truths == 0 ? Double.NaN : (double) hits / truths);
      right += hits;
      labelled += truths;
    }
    return new SegmentationMetrics(
        meanIou.value(),
        iou,
        labelled == 0 ? Double.NaN : (double) right / labelled,
        meanAccuracy.value(),
        confusion);
  }

  /** Returns the mean of the values that are not NaN. */
  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }

    double value() {
      return count == 0 ? Double.NaN : sum / count;
    }
  }
}
