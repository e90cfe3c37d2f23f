package dev.flipside.trainer.net.layer;

/**
 * Size and sampling of a convolution with zero padding that keeps the size at stride 1.
 *
 * @param in input channels
 * @param out output channels
 * @param kernel rows and columns of the kernel, odd
 * @param stride step in both directions, px
 * @param dilation distance of neighboring taps in both directions, px
 * @param groups groups of channels that do not mix; {@code in} for a depthwise convolution
 */
public record ConvolutionSpec(int in, int out, int kernel, int stride, int dilation, int groups) {
  /** Returns a dense convolution. */
  public static ConvolutionSpec dense(int in, int out, int kernel, int stride, int dilation) {
    return new ConvolutionSpec(in, out, kernel, stride, dilation, 1);
  }

  /** Returns a 1x1 convolution. */
  public static ConvolutionSpec pointwise(int in, int out) {
    return dense(in, out, 1, 1, 1);
  }

  /** Returns a depthwise convolution: every channel by itself. */
  public static ConvolutionSpec depthwise(int channels, int kernel, int stride, int dilation) {
    return new ConvolutionSpec(channels, channels, kernel, stride, dilation, channels);
  }

  /** Returns the shape of the weight, {@code [out,in/groups,kernel,kernel]}. */
  long[] weightShape() {
    return new long[] {out, in / groups, kernel, kernel};
  }
}
