package dev.flipside.trainer.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.ConvolutionShape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A 2-D convolution with zero padding that keeps the size at stride 1.
 *
 * @param weight {@code [out,in,kernel,kernel]}, kernel odd
 * @param bias {@code [out]}, or null for none
 * @param stride step in both directions, px
 * @param dilation distance of neighbouring taps in both directions, px
 */
record Convolution(Parameter weight, @Nullable Parameter bias, int stride, int dilation)
    implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return Conv2d.conv2d(
            input,
            weight.value(),
            bias == null ? null : bias.value(),
            new Shape(stride, stride),
            new Shape(padding(), padding()),
            new Shape(dilation, dilation))
        .singletonOrThrow();
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    return bias == null
        ? emit(onnx, input, onnx.initializer(weight))
        : emit(onnx, input, onnx.initializer(weight), onnx.initializer(bias));
  }

  /** Emits the convolution with other values: weight and perhaps bias. */
  OnnxValue emit(OnnxEmission onnx, OnnxValue input, OnnxValue... values) {
    OnnxValue[] inputs = new OnnxValue[1 + values.length];
    inputs[0] = input;
    System.arraycopy(values, 0, inputs, 1, values.length);
    long kernel = weight.shape()[2];
    long pad = padding();
    return onnx.graph()
        .node(
            "Conv",
            Map.of(
                "kernel_shape", new long[] {kernel, kernel},
                "strides", new long[] {stride, stride},
                "pads", new long[] {pad, pad, pad, pad},
                "dilations", new long[] {dilation, dilation}),
            inputs);
  }

  /**
   * The shape on a small input: whether kernels compute right depends on channels and sampling, not
   * on the size. Small batches of 1x1 convolutions are computed without oneDNN, so these take more.
   */
  ConvolutionShape sample() {
    long[] shape = weight.shape();
    int batch = shape[2] == 1 ? 16 : 2;
    return new ConvolutionShape(
        batch,
        (int) shape[1],
        (int) shape[0],
        (int) shape[2],
        stride,
        dilation,
        6,
        8,
        bias != null);
  }

  private long padding() {
    return dilation * (weight.shape()[2] - 1) / 2;
  }
}
