package dev.flipside.trainer;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a run keeps its files, and how it starts.
 *
 * @param folder receives {@code checkpoint.safetensors}, {@code best.safetensors}, {@code
 *     metrics.csv} and {@code model.onnx}; made if it is missing
 * @param backbone file of weights for the backbone, null for random ones
 * @param weights file of weights for the whole network, null for random ones
 * @param resume whether to take up a run that was stopped; one that has no checkpoint yet starts
 * @param checkpointEvery steps after which a checkpoint is written, besides the end of each epoch;
 *     0 for none in between
 * @param foldBatchNorm whether the exported model has its batch normalisations folded
 */
public record RunOptions(
    Path folder,
    @Nullable Path backbone,
    @Nullable Path weights,
    boolean resume,
    int checkpointEvery,
    boolean foldBatchNorm) {
  /**
   * @throws IllegalArgumentException if both a backbone and whole weights are given, or the
   *     interval is negative
   */
  public RunOptions {
    if (backbone != null && weights != null) {
      throw new IllegalArgumentException(
          "both weights for the backbone and for the whole network: expected one of them");
    }
    if (checkpointEvery < 0) {
      throw new IllegalArgumentException(
          "a checkpoint every " + checkpointEvery + " steps, expected 0 or more");
    }
  }

  /** A run from random weights, with a checkpoint at the end of each epoch. */
  public static RunOptions in(Path folder) {
    return new RunOptions(folder, null, null, false, 0, false);
  }

  /** The same, with weights for the backbone. */
  public RunOptions withBackbone(Path file) {
    return new RunOptions(folder, file, weights, resume, checkpointEvery, foldBatchNorm);
  }

  /** The same, with weights for the whole network. */
  public RunOptions withWeights(Path file) {
    return new RunOptions(folder, backbone, file, resume, checkpointEvery, foldBatchNorm);
  }

  /** The same, taking up what was stopped. */
  public RunOptions resumed() {
    return new RunOptions(folder, backbone, weights, true, checkpointEvery, foldBatchNorm);
  }

  /** The same, with a checkpoint after every so many steps too. */
  public RunOptions withCheckpointEvery(int steps) {
    return new RunOptions(folder, backbone, weights, resume, steps, foldBatchNorm);
  }

  /** The same, with batch normalisations folded in the exported model. */
  public RunOptions folded() {
    return new RunOptions(folder, backbone, weights, resume, checkpointEvery, true);
  }
}
