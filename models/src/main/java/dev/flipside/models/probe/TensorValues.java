package dev.flipside.models.probe;

import java.util.Arrays;

/**
 * The values of a tensor after a run.
 *
 * @param dims length of every axis
 * @param values elements in row-major order, not copied; empty if there are too many to keep
 */
@SuppressWarnings("ArrayRecordComponent") // never compared or modified
public record TensorValues(long[] dims, float[] values) {
  /** Returns the number of axes. */
  public int rank() {
    return dims.length;
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
