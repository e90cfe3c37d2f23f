package dev.flipside.models.card;

/** Kind of the values of a segmentation output. */
public enum OutputMeaning {
  /** Unnormalized scores; softmax over the classes gives probabilities. */
  LOGITS,
  /** Probabilities over the classes; softmax must not be applied again. */
  PROBABILITIES,
  /** Natural logarithms of probabilities; softmax of them gives the probabilities. */
  LOG_PROBABILITIES
}
