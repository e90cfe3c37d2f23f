package dev.flipside.scorer.annotation.shape;

import java.util.Arrays;

/** Collects run lengths: outside, inside, outside, … of a mask. Adjacent equal runs are merged. */
public final class RunLengths {
  private int[] runs = new int[16];
  private int count = 1;

  /** Appends pixels. */
  public void add(boolean inside, int length) {
    if (length == 0) {
      return;
    }
    if (inside == (count % 2 == 1)) {
      if (count == runs.length) {
        runs = Arrays.copyOf(runs, 2 * count);
      }
      count++;
    }
    runs[count - 1] += length;
  }

  /** Returns the run lengths; one of them if no pixel is inside. */
  public int[] toArray() {
    return Arrays.copyOf(runs, count);
  }
}
