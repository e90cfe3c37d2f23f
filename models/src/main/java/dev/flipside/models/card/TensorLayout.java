package dev.flipside.models.card;

/** Order of the axes of an image tensor. */
public enum TensorLayout {
  /** {@code [N,C,H,W]}, as PyTorch and PaddlePaddle export. */
  NCHW,
  /** {@code [N,H,W,C]}, as TensorFlow exports. */
  NHWC
}
