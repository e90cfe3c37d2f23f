package dev.flipside.models.probe;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What the numbers at the pixels of an image have in common.
 *
 * @param kind the strictest kind that fits
 * @param constant whether the numbers are the same at all pixels
 * @param least smallest number
 * @param most largest number
 * @param sum mean of the sums over the classes
 */
public record ScoreNumbers(Kind kind, boolean constant, double least, double most, double sum) {
  /** Sums of float16 numbers over 255 classes differ by less. */
  private static final double TOLERANCE = 5e-3;

  /** Numbers with at most so many different values are rounded to 8 bits. */
  private static final int LEVELS = 256;

  private static final int MOST_COUNTED = 1 << 16;

  /** Kind of numbers, over the classes of each pixel. */
  public enum Kind {
    /** NaN or infinity somewhere. */
    NOT_FINITE,
    /** Whole numbers only, as class IDs are. */
    WHOLE,
    /** Only 0 and 1, as thresholded scores are, and probabilities without any doubt. */
    ZERO_OR_ONE,
    /** Not negative, and the sum over the classes is 1. */
    DISTRIBUTION,
    /** Not negative, and the sum over the classes is the same at all pixels. */
    SCALED_DISTRIBUTION,
    /** The sum is 1, with a few small negative numbers, as bicubic interpolation makes them. */
    OVERSHOOTING_DISTRIBUTION,
    /** The sum of the exponentials is 1. */
    LOG_DISTRIBUTION,
    /** From 0 to 1, without a constant sum. */
    UNIT,
    /** Not negative. */
    NOT_NEGATIVE,
    /** Of any sign, but length, largest magnitude or sum are the same at all pixels. */
    NORMALIZED,
    /** Of any sign, without any of these. */
    FREE
  }

  /**
   * Examines scores.
   *
   * @param scores four axes
   * @param classAxis axis of the classes
   */
  public static ScoreNumbers of(TensorValues scores, int classAxis) {
    int inner = 1;
    for (int axis = classAxis + 1; axis < scores.rank(); axis++) {
      inner *= (int) scores.dims()[axis];
    }
    int classes = (int) scores.dims()[classAxis];
    Spread sum = new Spread();
    Spread square = new Spread();
    Spread magnitude = new Spread();
    Spread exponentials = new Spread();
    Spread all = new Spread();
    Spread[] perClass = new Spread[classes];
    boolean whole = true;
    float[] x = scores.values();
    for (int start = 0; start < x.length; start += classes * inner) {
      for (int pixel = start; pixel < start + inner; pixel++) {
        double pixelSum = 0;
        double pixelSquare = 0;
        double pixelMagnitude = 0;
        double pixelExponentials = 0;
        for (int c = 0; c < classes; c++) {
          double value = x[pixel + c * inner];
          if (!Double.isFinite(value)) {
            return new ScoreNumbers(Kind.NOT_FINITE, false, Double.NaN, Double.NaN, Double.NaN);
          }
          if (perClass[c] == null) {
            perClass[c] = new Spread();
          }
          perClass[c].add(value);
          all.add(value);
          whole &= value == Math.rint(value);
          pixelSum += value;
          pixelSquare += value * value;
          pixelMagnitude = Math.max(pixelMagnitude, Math.abs(value));
          pixelExponentials += Math.exp(value);
        }
        sum.add(pixelSum);
        square.add(pixelSquare);
        magnitude.add(pixelMagnitude);
        exponentials.add(pixelExponentials);
      }
    }
    Kind kind;
    double tolerance = isRounded(x) ? Math.max(TOLERANCE, classes / 2.0 / LEVELS) : TOLERANCE;
    boolean unit = all.least >= -1e-6 && all.most <= 1 + 1e-3;
    if (whole) {
      kind = all.least >= 0 && all.most <= 1 ? Kind.ZERO_OR_ONE : Kind.WHOLE;
    } else if (classes == 1) {
      kind = unit ? Kind.UNIT : all.least >= 0 ? Kind.NOT_NEGATIVE : Kind.FREE;
    } else if (unit && sum.isAround(1, tolerance)) {
      kind = Kind.DISTRIBUTION;
    } else if (all.least >= -1e-6 && sum.isNearly(tolerance)) {
      kind = Kind.SCALED_DISTRIBUTION;
    } else if (all.least > -0.3 && all.most < 1.3 && sum.isAround(1, TOLERANCE)) {
      kind = Kind.OVERSHOOTING_DISTRIBUTION;
    } else if (all.most <= TOLERANCE && exponentials.isAround(1, 4 * TOLERANCE)) {
      kind = Kind.LOG_DISTRIBUTION;
    } else if (square.isNearly(TOLERANCE)
        || magnitude.isNearly(TOLERANCE)
        || (sum.isNearly(TOLERANCE) && Math.abs(sum.mean()) > 0.01 * all.largest())) {
      kind = Kind.NORMALIZED;
    } else {
      kind = unit ? Kind.UNIT : all.least >= 0 ? Kind.NOT_NEGATIVE : Kind.FREE;
    }
    return new ScoreNumbers(kind, constant(perClass), all.least, all.most, sum.mean());
  }

  private static boolean isRounded(float[] x) {
    Set<Float> levels = new HashSet<>();
    for (int i = 0; i < Math.min(x.length, MOST_COUNTED) && levels.size() <= LEVELS; i++) {
      levels.add(x[i]);
    }
    return levels.size() <= LEVELS && x.length > 4 * LEVELS;
  }

  private static boolean constant(Spread[] perClass) {
    for (Spread each : perClass) {
      if (each != null && each.most - each.least > 1e-6 * Math.max(1, each.largest())) {
        return false;
      }
    }
    return true;
  }

  /** Returns a sentence on the numbers, for the user. */
  public String sentence() {
    String range = String.format(Locale.ROOT, "its numbers are from %.3g to %.3g", least, most);
    return switch (kind) {
      case NOT_FINITE -> "some of its numbers are NaN or infinite";
      case WHOLE, ZERO_OR_ONE -> range + " and all whole";
      case DISTRIBUTION -> range + " and sum to 1 over the classes";
      case OVERSHOOTING_DISTRIBUTION -> range + " and sum to 1 over the classes";
      case SCALED_DISTRIBUTION ->
          range + String.format(Locale.ROOT, " and sum to %.4g over the classes", sum);
      case LOG_DISTRIBUTION -> range + " and their exponentials sum to 1 over the classes";
      case NORMALIZED -> range + " and normalized at every pixel";
      default -> range + " without a common sum over the classes";
    };
  }

  /** Range and mean of numbers. */
  private static final class Spread {
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;
    private double total;
    private long count;

    void add(double value) {
      least = Math.min(least, value);
      most = Math.max(most, value);
      total += value;
      count++;
    }

    double mean() {
      return total / count;
    }

    double largest() {
      return Math.max(Math.abs(least), Math.abs(most));
    }

    boolean isAround(double value, double tolerance) {
      return least >= value - tolerance && most <= value + tolerance;
    }

    boolean isNearly(double tolerance) {
      return most - least <= tolerance * Math.abs(mean());
    }
  }
}
