package dev.flipside.scorer.metrics;

import dev.flipside.models.domain.LabelMap;
import java.util.Arrays;

/**
 * Counts pixels by true and predicted class. Pixels whose truth is not a class (void, unlabelled)
 * are not counted. Not safe for use by several threads.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  /**
   * A matrix of zeros.
   *
   * @param classes number of classes C, 1 to 255
   * @throws IllegalArgumentException if there are no or too many classes
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1 || classes > 255) {
      throw new IllegalArgumentException(
          "confusion matrix of " + classes + " classes, expected 1 to 255");
    }
    this.classes = classes;
    this.counts = new long[classes * classes];
  }

  /**
   * A matrix of known counts.
   *
   * @param counts {@code [C, C]}, rows are truth, columns predictions
   * @throws IllegalArgumentException if the matrix is not square or a count is negative
   */
  public static ConfusionMatrix of(long[][] counts) {
    ConfusionMatrix matrix = new ConfusionMatrix(counts.length);
    for (int truth = 0; truth < counts.length; truth++) {
      if (counts[truth].length != counts.length
          || Arrays.stream(counts[truth]).anyMatch(count -> count < 0)) {
        throw new IllegalArgumentException(
            "confusion matrix row "
                + truth
                + " "
                + Arrays.toString(counts[truth])
                + ": expected "
                + counts.length
                + " counts of at least 0");
      }
      System.arraycopy(counts[truth], 0, matrix.counts, truth * matrix.classes, matrix.classes);
    }
    return matrix;
  }

  /** Number of classes C. */
  public int classes() {
    return classes;
  }

  /** Pixels of one true class that were predicted to be of another (or the same). */
  public long count(int truth, int predicted) {
    return counts[truth * classes + predicted];
  }

  /**
   * Counts the pixels of one image.
   *
   * @param truth true ids; those that are not 0 to C-1 are left out
   * @param predicted predicted ids, 0 to C-1 wherever the truth is a class
   * @throws IllegalArgumentException if the sizes differ or a prediction is not a class
   */
  public void add(LabelMap truth, LabelMap predicted) {
    if (!truth.size().equals(predicted.size())) {
      throw new IllegalArgumentException(
          "prediction of " + predicted.size() + " px, expected the labels' " + truth.size());
    }
    byte[] truths = truth.ids();
    byte[] predictions = predicted.ids();
    for (int at = 0; at < truths.length; at++) {
      int row = truths[at] & 0xFF;
      if (row < classes) {
        int col = predictions[at] & 0xFF;
        if (col >= classes) {
          throw new IllegalArgumentException(
              "predicted class " + col + ", expected 0 to " + (classes - 1));
        }
        counts[row * classes + col]++;
      }
    }
  }

  /**
   * Adds the counts of another matrix.
   *
   * @throws IllegalArgumentException if it has another number of classes
   */
  public void add(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "confusion matrix of " + other.classes + " classes, expected " + classes);
    }
    for (int at = 0; at < counts.length; at++) {
      counts[at] += other.counts[at];
    }
  }

  /** The counts, {@code [C, C]}, rows are truth, columns predictions. */
  public long[][] toArray() {
    long[][] rows = new long[classes][];
    for (int truth = 0; truth < classes; truth++) {
      rows[truth] = Arrays.copyOfRange(counts, truth * classes, (truth + 1) * classes);
    }
    return rows;
  }

  /** The measures that follow from these counts. */
  public SegmentationMetrics metrics() {
    return SegmentationMetrics.of(this);
  }
}
