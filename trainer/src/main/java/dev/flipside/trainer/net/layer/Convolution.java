package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.ConvolutionShape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A 2-D convolution with zero padding that keeps the size at stride 1.
 *
 * @param weight {@code [out,in/groups,kernel,kernel]}
 * @param bias {@code [out]}, or null for none
 * @param spec size and sampling
 */
public record Convolution(Parameter weight, @Nullable Parameter bias, ConvolutionSpec spec)
    implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return Conv2d.conv2d(
            input,
            weight.value(),
            bias == null ? null : bias.value(),
            new Shape(spec.stride(), spec.stride()),
            new Shape(padding(), padding()),
            new Shape(spec.dilation(), spec.dilation()),
            spec.groups())
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
    long kernel = spec.kernel();
    long pad = padding();
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("kernel_shape", new long[] {kernel, kernel});
    attributes.put("strides", new long[] {spec.stride(), spec.stride()});
    attributes.put("pads", new long[] {pad, pad, pad, pad});
    attributes.put("dilations", new long[] {spec.dilation(), spec.dilation()});
    if (spec.groups() > 1) {
      attributes.put("group", (long) spec.groups());
    }
    return onnx.graph().node("Conv", attributes, inputs);
  }

  /**
   * The shape on a small input: whether kernels compute right depends on channels and sampling, not
   * on the size. Small batches of 1x1 convolutions are computed without oneDNN, so these take more.
   */
  public ConvolutionShape sample() {
    return new ConvolutionShape(
        spec.kernel() == 1 ? 16 : 2,
        spec.in(),
        spec.out(),
        spec.groups(),
        spec.kernel(),
        spec.stride(),
        spec.dilation(),
        6,
        8,
        bias != null);
  }

  private long padding() {
    return (long) spec.dilation() * (spec.kernel() - 1) / 2;
  }
}
