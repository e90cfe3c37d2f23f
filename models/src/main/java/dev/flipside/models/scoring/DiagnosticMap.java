package dev.flipside.models.scoring;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ImageSize;

/** Optional outputs of a scoring graph, for visualization. */
public enum DiagnosticMap {
  /** The measure at every pixel, float32 {@code [B,H,W]}. */
  UNCERTAINTY("uncertainty", TensorType.FLOAT32, 1),
  /** The most likely class at every pixel of the first view, uint8 {@code [B,H,W]}. */
  ARGMAX("argmax", TensorType.UINT8, 1),
  /**
   * The probability of the most likely class in the first view, averaged over blocks of 8x8 px,
   * float32 {@code [B,ceil(H/8),ceil(W/8)]}.
   */
  CONFIDENCE("confidence", TensorType.FLOAT32, 8);

  private final String output;
  private final TensorType type;
  private final int block;

  DiagnosticMap(String output, TensorType type, int block) {
    this.output = output;
    this.type = type;
    this.block = block;
  }

  /** Returns the name of the graph output. */
  public String output() {
    return output;
  }

  /** Returns the element type of the graph output. */
  public TensorType type() {
    return type;
  }

  /** Returns the size of the map of an image. */
  public ImageSize size(ImageSize image) {
    return new ImageSize((image.height() + block - 1) / block, (image.width() + block - 1) / block);
  }
}
