package dev.flipside.scorer.metrics;

import dev.flipside.models.domain.LabelMap;
import java.util.Arrays;

/**
 * Counts pixels by true and predicted class. Pixels whose true ID is not a class (void, unlabelled)
 * are not counted. Not thread-safe.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  /**
   * Creates an empty matrix.
   *
   * @param classes number of classes C, 1 to 255
   * @throws IllegalArgumentException if the number is out of range
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
   * Creates a matrix from counts.
   *
   * @param counts {@code [C, C]}, rows are true classes, columns predicted ones
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

  /** Returns the number of classes C. */
  public int classes() {
    return classes;
  }

  /**
   * Returns the number of pixels of a true class that were predicted as another (or the same)
   * class.
   */
  public long count(int truth, int predicted) {
    return counts[truth * classes + predicted];
  }

  /**
   * Adds the pixels of an image.
   *
   * @param truth true IDs; those that are not 0 to C-1 are ignored
   * @param predicted predicted IDs, 0 to C-1 wherever the true ID is a class
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

  /** Returns the counts, {@code [C, C]}, rows are true classes, columns predicted ones. */
  public long[][] toArray() {
    long[][] rows = new long[classes][];
    for (int truth = 0; truth < classes; truth++) {
      rows[truth] = Arrays.copyOfRange(counts, truth * classes, (truth + 1) * classes);
    }
    return rows;
  }

  /** Returns the metrics of these counts. */
  public SegmentationMetrics metrics() {
    return SegmentationMetrics.of(this);
  }
}
