package dev.flipside.trainer.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * A 2-D convolution with zero padding {@code dilation * (kernel - 1) / 2}, and the size of its
 * input.
 *
 * @param batch images N
 * @param in input channels
 * @param out output channels
 * @param groups groups of channels that do not mix, 1 for a dense convolution
 * @param kernel rows and columns of the kernel, odd
 * @param stride step in both directions, px
 * @param dilation distance of neighbouring taps, px
 * @param height rows of the input
 * @param width columns of the input
 * @param bias whether a bias is added
 */
public record ConvolutionShape(
    int batch,
    int in,
    int out,
    int groups,
    int kernel,
    int stride,
    int dilation,
    int height,
    int width,
    boolean bias) {
  /**
   * The shapes of the self-check: small, and wrong on every processor where oneDNN is known to
   * fail. The first finds padded channels, the second the gradient of strided convolutions.
   */
  static final List<ConvolutionShape> SELF_CHECK =
      List.of(
          new ConvolutionShape(2, 19, 19, 1, 3, 1, 1, 6, 8, true),
          new ConvolutionShape(2, 48, 48, 1, 3, 2, 1, 6, 8, false));

  private static final int[] CHANNELS_IN = {3, 8, 12, 16, 17, 19, 20, 24, 32, 40, 48, 64};
  private static final int[] CHANNELS_OUT = {12, 19, 32};
  private static final int[][] KERNEL_AND_DILATION = {{1, 1}, {3, 1}, {3, 2}, {3, 4}, {7, 1}};

  /** 360 shapes: every kernel, stride and dilation of the networks, many channel counts. */
  public static List<ConvolutionShape> grid() {
    List<ConvolutionShape> shapes = new ArrayList<>();
    for (int in : CHANNELS_IN) {
      for (int out : CHANNELS_OUT) {
        for (int[] each : KERNEL_AND_DILATION) {
          for (int stride = 1; stride <= 2; stride++) {
            boolean bias = (in + out + stride) % 2 == 0;
            shapes.add(new ConvolutionShape(2, in, out, 1, each[0], stride, each[1], 15, 20, bias));
          }
        }
      }
    }
    return shapes;
  }

  int padding() {
    return dilation * (kernel - 1) / 2;
  }

  int outHeight() {
    return outExtent(height);
  }

  int outWidth() {
    return outExtent(width);
  }

  private int outExtent(int extent) {
    return (extent + 2 * padding() - dilation * (kernel - 1) - 1) / stride + 1;
  }

  int inputSize() {
    return batch * in * height * width;
  }

  int weightSize() {
    return out * (in / groups) * kernel * kernel;
  }

  int outputSize() {
    return batch * out * outHeight() * outWidth();
  }

  @Override
  public String toString() {
    return String.format(
        "%dx%d→%d%s, kernel %d, stride %d, dilation %d, %dx%d%s",
        batch,
        in,
        out,
        groups == 1 ? "" : " in " + groups + " groups",
        kernel,
        stride,
        dilation,
        height,
        width,
        bias ? ", bias" : "");
  }
}
