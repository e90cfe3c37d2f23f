package dev.flipside.models.card;

/** What the numbers of a segmentation output are. */
public enum OutputMeaning {
  /** Unnormalised scores; softmax over the classes gives the distribution. */
  LOGITS,
  /** Already a distribution over the classes; softmax must not be applied again. */
  PROBABILITIES,
  /** Natural logarithms of a distribution; softmax of them is that distribution. */
  LOG_PROBABILITIES
}
