package dev.flipside.tools.simulation.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;

/** Counts how the labelled pixels are spread over the classes. */
public final class ClassDistribution {
  private final long[] pixels;

  /** An empty count. */
  public ClassDistribution(ClassMap classes) {
    this.pixels = new long[classes.count()];
  }

  /** Adds the pixels of one label map; ignored ones do not count. */
  public void add(LabelMap labels) {
    for (byte id : labels.ids()) {
      int index = id & 0xFF;
      if (index < pixels.length) {
        pixels[index]++;
      }
    }
  }

  /** Labelled pixels of each class, {@code [C]}. */
  public long[] pixels() {
    return pixels.clone();
  }

  /** Entropy of the distribution in nats, {@code 0 ln 0 = 0}; NaN where no pixel is labelled. */
  public double entropy() {
    double total = 0;
    for (long count : pixels) {
      total += count;
    }
    if (total == 0) {
      return Double.NaN;
    }
    double entropy = 0;
    for (long count : pixels) {
      if (count > 0) {
        double p = count / total;
        entropy -= p * Math.log(p);
      }
    }
    return entropy;
  }
}
