package dev.flipside.tools.command.options;

import dev.flipside.trainer.net.NetworkShape;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The shape of a network: depth, width and output stride. */
public final class NetworkShapeOptions {
  @Option(
      names = "--depth",
      paramLabel = "D",
      defaultValue = "50",
      description = "Layers of the ResNet: 18, 34, 50 or 101 (default: ${DEFAULT-VALUE}).")
  private int depth;

  @Option(
      names = "--width",
      paramLabel = "F",
      defaultValue = "1",
      description =
          "Factor on the network's channel counts, less than 1 for small machines"
              + " (default: ${DEFAULT-VALUE}).")
  private double width;

  @Option(
      names = "--output-stride",
      paramLabel = "S",
      description =
          "Input pixels per cell of the last feature map: 8, 16 or 32 (default: that of"
              + " torchvision's FCN of this depth).")
  private @Nullable Integer outputStride;

  /** The network. */
  public NetworkShape shape() {
    NetworkShape shape = NetworkShape.ofDepth(depth).withWidth(width);
    return outputStride == null ? shape : shape.withOutputStride(outputStride);
  }
}
