package dev.flipside.models.card;

/** Order of the axes of an image tensor. */
public enum TensorLayout {
  /** {@code [N,C,H,W]}, the layout of PyTorch and PaddlePaddle exports. */
  NCHW,
  /** {@code [N,H,W,C]}, the layout of TensorFlow exports. */
  NHWC
}
