package dev.flipside.models.card;

/** How the side of an image that is resized becomes a whole number of pixels. */
public enum Rounding {
  /** To the nearest px, halves to the even one. */
  NEAREST,
  /**
   * Down, as Hugging Face Transformers does: with both limits, first the longer side for the
   * shorter one's limit, then the shorter side for the longer one's.
   */
  DOWN
}
