package dev.flipside.trainer.net;

/**
 * The shape of a segmentation network, apart from its number of classes.
 *
 * @param backbone feature extractor
 * @param width width multiplier for all channel counts; 1 is the standard network, use less on
 *     small machines
 * @param outputStride output stride of the backbone: 32 as in classification, 16 or 8 with dilation
 *     in place of the last one or two strides. Weights do not depend on it.
 * @param head layers after the backbone
 */
public record NetworkShape(Backbone backbone, double width, int outputStride, Head head) {
  /**
   * @throws IllegalArgumentException if the width leaves no channel or exceeds 8, or the output
   *     stride is not 8, 16 or 32
   */
  public NetworkShape {
    int channels = backbone.layout().stemChannels();
    if (!(width <= 8) || Math.round(channels * width) < 1) {
      throw new IllegalArgumentException(
          "network width "
              + width
              + ": expected a factor from "
              + 1.0 / channels
              + " (1 channel) to 8");
    }
    if (outputStride != 8 && outputStride != 16 && outputStride != 32) {
      throw new IllegalArgumentException(
          "network output stride " + outputStride + ": expected 8, 16 or 32");
    }
  }

  /** Returns an FCN of width 1 with the usual output stride of the backbone. */
  public static NetworkShape of(Backbone backbone) {
    return new NetworkShape(backbone, 1, backbone.usualOutputStride(), Head.FCN);
  }

  /**
   * Returns an FCN on a ResNet of width 1.
   *
   * @throws IllegalArgumentException if the depth is not 18, 34, 50 or 101
   */
  public static NetworkShape ofDepth(int depth) {
    return of(
        switch (depth) {
          case 18 -> Backbone.RESNET18;
          case 34 -> Backbone.RESNET34;
          case 50 -> Backbone.RESNET50;
          case 101 -> Backbone.RESNET101;
          default ->
              throw new IllegalArgumentException(
                  "network depth " + depth + ": expected 18, 34, 50 or 101 (the ResNets)");
        });
  }

  /** Returns a copy with another width multiplier. */
  public NetworkShape withWidth(double factor) {
    return new NetworkShape(backbone, factor, outputStride, head);
  }

  /** Returns a copy with another output stride: 8, 16 or 32. */
  public NetworkShape withOutputStride(int pixels) {
    return new NetworkShape(backbone, width, pixels, head);
  }

  /** Returns a copy with another head. */
  public NetworkShape withHead(Head other) {
    return new NetworkShape(backbone, width, outputStride, other);
  }

  /** Returns the name of the architecture, for example {@code fcn-resnet50}. */
  public String name() {
    return head + "-" + backbone;
  }
}
