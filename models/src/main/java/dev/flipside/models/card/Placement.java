package dev.flipside.models.card;

/** Where an image lies on a larger input. */
public enum Placement {
  /** At the top left; the padding is at the right and at the bottom. */
  TOP_LEFT,
  /** In the middle; an odd rest goes to the right and to the bottom. */
  CENTER,
  /** Nowhere: the image is stretched to cover the input, there is no padding. */
  STRETCH
}
