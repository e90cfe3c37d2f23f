package dev.flipside.trainer.net;

/**
 * The shape of an FCN on a ResNet, apart from its number of classes.
 *
 * @param depth layers of the ResNet: 18 and 34 are built of basic blocks, 50 and 101 of bottlenecks
 * @param width factor on every channel count of the backbone; 1 is the ResNet of the literature (64
 *     channels after the stem), less for small machines
 * @param outputStride input pixels per cell of the last feature map: 32 as in classification, 16 or
 *     8 with dilation in place of the last one or two strides. Weights do not depend on it.
 */
public record NetworkShape(int depth, double width, int outputStride) {
  /**
   * @throws IllegalArgumentException if the depth is not 18, 34, 50 or 101, the width leaves no
   *     channel or is above 8, or the output stride is not 8, 16 or 32
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
   * The ResNet of that depth as torchvision builds it for segmentation: full width, output stride 8
   * for bottleneck networks, 32 for those of basic blocks.
   */
  public static NetworkShape ofDepth(int depth) {
    return new NetworkShape(depth, 1, depth < 50 ? 32 : 8);
  }

  /** The same network with another factor on its channel counts. */
  public NetworkShape withWidth(double factor) {
    return new NetworkShape(depth, factor, outputStride);
  }

  /** The same network with another output stride: 8, 16 or 32. */
  public NetworkShape withOutputStride(int pixels) {
    return new NetworkShape(depth, width, pixels);
  }

  /** Channels after the stem. */
  int baseChannels() {
    return (int) Math.round(64 * width);
  }

  /** Whether blocks are 1x1, 3x3, 1x1 convolutions that end in four times the channels. */
  boolean bottleneck() {
    return depth >= 50;
  }

  /** Blocks of each of the four stages. */
  int[] blocks() {
    return switch (depth) {
      case 18 -> new int[] {2, 2, 2, 2};
      case 101 -> new int[] {3, 4, 23, 3};
      default -> new int[] {3, 4, 6, 3};
    };
  }
}
