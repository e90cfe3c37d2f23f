package dev.flipside.trainer;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files and start of a training run.
 *
 * @param folder run folder for {@code checkpoint.safetensors}, {@code best.safetensors}, {@code
 *     metrics.csv} and {@code model.onnx}; created if it does not exist
 * @param backbone file of pretrained weights of the backbone, null for random weights
 * @param weights file of pretrained weights of the whole network, null for random weights
 * @param resume whether to resume an interrupted run; without checkpoint, the run starts from the
 *     beginning
 * @param checkpointEvery steps between checkpoints, in addition to those at the end of each epoch;
 *     0 for none
 * @param foldBatchNorm whether to fold batch normalization into the convolutions of the exported
 *     model
 * @param reduction factor by which the exported model reduces images before the network sees them;
 *     1 for none. Otherwise the size of the training is 1/reduction of that of the images.
 */
public record RunOptions(
    Path folder,
    @Nullable Path backbone,
    @Nullable Path weights,
    boolean resume,
    int checkpointEvery,
    boolean foldBatchNorm,
    int reduction) {
  /**
   * @throws IllegalArgumentException if both {@code backbone} and {@code weights} are given, or
   *     {@code checkpointEvery} is negative, or the reduction is less than 1
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
    if (reduction < 1) {
      throw new IllegalArgumentException("reduction " + reduction + ": expected at least 1");
    }
  }

  /** Returns options for a run from random weights with a checkpoint at the end of each epoch. */
  public static RunOptions in(Path folder) {
    return new RunOptions(folder, null, null, false, 0, false, 1);
  }

  /** Returns a copy with pretrained weights of the backbone. */
  public RunOptions withBackbone(Path file) {
    return new RunOptions(folder, file, weights, resume, checkpointEvery, foldBatchNorm, reduction);
  }

  /** Returns a copy with pretrained weights of the whole network. */
  public RunOptions withWeights(Path file) {
    return new RunOptions(
        folder, backbone, file, resume, checkpointEvery, foldBatchNorm, reduction);
  }

  /** Returns a copy that resumes an interrupted run. */
  public RunOptions resumed() {
    return new RunOptions(
        folder, backbone, weights, true, checkpointEvery, foldBatchNorm, reduction);
  }

  /** Returns a copy with checkpoints every given number of steps. */
  public RunOptions withCheckpointEvery(int steps) {
    return new RunOptions(folder, backbone, weights, resume, steps, foldBatchNorm, reduction);
  }

  /** Returns a copy that folds batch normalization in the exported model. */
  public RunOptions folded() {
    return new RunOptions(folder, backbone, weights, resume, checkpointEvery, true, reduction);
  }

  /** Returns a copy whose exported model reduces images by a factor. */
  public RunOptions withReduction(int factor) {
    return new RunOptions(
        folder, backbone, weights, resume, checkpointEvery, foldBatchNorm, factor);
  }
}
