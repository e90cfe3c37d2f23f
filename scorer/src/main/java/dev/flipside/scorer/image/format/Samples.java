package dev.flipside.scorer.image.format;

/** What the samples of a pixel mean. */
public enum Samples {
  /** One brightness; 0 is black. */
  GREY,
  /** One brightness; 0 is white (TIFF, MinIsWhite). */
  INVERTED_GREY,
  /** One index into a palette. */
  INDEXED,
  /** Several channels, or channels that only the decoder knows. */
  COLOR
}
