package dev.flipside.trainer.net;

/**
 * The shape of an FCN-ResNet, apart from its number of classes.
 *
 * @param depth ResNet depth: 18 and 34 have basic blocks, 50 and 101 bottlenecks
 * @param width width multiplier for all channel counts of the backbone; 1 is the standard ResNet
 *     (64 channels after the stem), use less on small machines
 * @param outputStride output stride of the backbone: 32 as in classification, 16 or 8 with dilation
 *     in place of the last one or two strides. Weights do not depend on it.
 */
public record NetworkShape(int depth, double width, int outputStride) {
  /**
   * @throws IllegalArgumentException if the depth is not 18, 34, 50 or 101, the width leaves no
   *     channel or exceeds 8, or the output stride is not 8, 16 or 32
   */
  public NetworkShape {
    if (depth != 18 && depth != 34 && depth != 50 && depth != 101) {
      throw new IllegalArgumentException(
          "network depth " + depth + ": expected 18, 34, 50 or 101 (the ResNets)");
    }
    if (!(width <= 8) || Math.round(64 * width) < 1) {
      throw new IllegalArgumentException(
          "network width " + width + ": expected a factor from 0.015625 (1 channel) to 8");
    }
    if (outputStride != 8 && outputStride != 16 && outputStride != 32) {
      throw new IllegalArgumentException(
          "network output stride " + outputStride + ": expected 8, 16 or 32");
    }
  }

  /**
   * Returns the shape of torchvision's segmentation model of this depth: width 1, output stride 8
   * with bottlenecks, 32 with basic blocks.
   */
  public static NetworkShape ofDepth(int depth) {
    return new NetworkShape(depth, 1, depth < 50 ? 32 : 8);
  }

  /** Returns a copy with another width multiplier. */
  public NetworkShape withWidth(double factor) {
    return new NetworkShape(depth, factor, outputStride);
  }

  /** Returns a copy with another output stride: 8, 16 or 32. */
  public NetworkShape withOutputStride(int pixels) {
    return new NetworkShape(depth, width, pixels);
  }

  /** Returns the number of channels after the stem. */
  int baseChannels() {
    return (int) Math.round(64 * width);
  }

  /**
   * Returns whether blocks are bottlenecks: 1x1, 3x3, 1x1 convolutions with four times the output
   * channels.
   */
  boolean bottleneck() {
    return depth >= 50;
  }

  /** Returns the number of blocks of each of the four stages. */
  int[] blocks() {
    return switch (depth) {
      case 18 -> new int[] {2, 2, 2, 2};
      case 101 -> new int[] {3, 4, 23, 3};
      default -> new int[] {3, 4, 6, 3};
    };
  }
}
