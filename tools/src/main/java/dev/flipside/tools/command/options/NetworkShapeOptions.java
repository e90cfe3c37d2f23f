package dev.flipside.tools.command.options;

import dev.flipside.trainer.net.NetworkShape;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the network shape: depth, width and output stride. */
public final class NetworkShapeOptions {
  @Option(
      names = "--depth",
      paramLabel = "D",
      defaultValue = "50",
      description = "ResNet depth: 18, 34, 50 or 101 (default: ${DEFAULT-VALUE}).")
  private int depth;

  @Option(
      names = "--width",
      paramLabel = "F",
      defaultValue = "1",
      description =
          "Width multiplier for all channel counts; use < 1 on small machines (default:"
              + " ${DEFAULT-VALUE}).")
  private double width;

  @Option(
      names = "--output-stride",
      paramLabel = "S",
      description =
          "Output stride of the backbone: 8, 16 or 32 (default: 8 for ResNet-50 and"
              + " 101, 32 for ResNet-18 and 34).")
  private @Nullable Integer outputStride;

  /** Returns the shape of the network. */
  public NetworkShape shape() {
    NetworkShape shape = NetworkShape.ofDepth(depth).withWidth(width);
    return outputStride == null ? shape : shape.withOutputStride(outputStride);
  }
}
