package dev.flipside.tools.simulation.plan;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the networks start from.
 *
 * @param backbone file of pretrained weights of the backbone, empty for random weights
 * @param whileSelecting whether the network that selects starts from it, too, as in the reference
 *     implementation; in the paper only the final stage does
 */
public record Pretraining(Optional<Path> backbone, boolean whileSelecting) {
  /** Random weights in both stages. */
  public static final Pretraining NONE = new Pretraining(Optional.empty(), false);

  /**
   * @throws IllegalArgumentException if the selection stage starts from weights that are not given
   */
  public Pretraining {
    if (whileSelecting && backbone.isEmpty()) {
      throw new IllegalArgumentException(
          "pretrained weights while selecting: expected a file of weights (--backbone)");
    }
  }

  /** Returns the weights of the network that selects. */
  public Optional<Path> selecting() {
    return whileSelecting ? backbone : Optional.empty();
  }

  /** Returns the weights of a stage, in words. */
  public static String describe(Optional<Path> weights) {
    return weights.map(file -> "backbone from " + file.getFileName()).orElse("random");
  }
}
