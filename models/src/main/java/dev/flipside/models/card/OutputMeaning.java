package dev.flipside.models.card;

/** Kind of the values of a segmentation output. */
public enum OutputMeaning {
  /** Unnormalized scores; softmax over the classes gives probabilities. */
  LOGITS,
  /**
   * Probabilities over the classes, up to a factor per pixel; softmax must not be applied again.
   */
  PROBABILITIES,
  /** Natural logarithms of probabilities; softmax of them gives the probabilities. */
  LOG_PROBABILITIES,
  /**
   * One channel: the logit of the foreground. The classes are background and foreground, with the
   * probabilities 1 - p and p, where p is its sigmoid.
   */
  FOREGROUND_LOGIT,
  /** One channel: the probability p of the foreground. The classes are background, 1 - p, and p. */
  FOREGROUND_PROBABILITY,
  /**
   * An independent probability for every class (multi-label). The measure of a pixel is the mean
   * over the classes of the measure of p and 1 - p.
   */
  SIGMOID,
  /**
   * Mask logits of queries, {@code [N,Q,h,w]}. With the class logits of the queries in a second
   * output, {@code [N,Q,C+1]}, whose last column is "no object", the score of class c is {@code Σ_q
   * softmax(classes)_qc · sigmoid(masks)_q} (MaskFormer, Eq. 2), normalized over the classes.
   */
  QUERY_MASKS;

  /** Returns whether a single channel stands for two classes, background and foreground. */
  public boolean isForeground() {
    return this == FOREGROUND_LOGIT || this == FOREGROUND_PROBABILITY;
  }
}
