package dev.flipside.trainer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import org.jspecify.annotations.Nullable;

/** The convolution that networks are trained with. */
final class DjlConvolution implements ConvolutionOperator {
  private final NDManager manager;

  /**
   * @param manager on the device to compute on; borrowed
   */
  DjlConvolution(NDManager manager) {
    this.manager = manager;
  }

  @Override
  public Result apply(ConvolutionShape shape, Operands operands) {
    int kernel = shape.kernel();
    try (NDManager scope = manager.newSubManager();
        GradientCollector gradients = manager.getEngine().newGradientCollector()) {
      NDArray input =
          variable(
              scope, operands.input(), shape.batch(), shape.in(), shape.height(), shape.width());
      NDArray weight =
          variable(
              scope, operands.weight(), shape.out(), shape.in() / shape.groups(), kernel, kernel);
      @Nullable NDArray bias = shape.bias() ? variable(scope, operands.bias(), shape.out()) : null;
      NDArray outputGradient =
          Torch.create(
              scope,
              operands.outputGradient(),
              new Shape(shape.batch(), shape.out(), shape.outHeight(), shape.outWidth()));
      NDArray output =
          Conv2d.conv2d(
                  input,
                  weight,
                  bias,
                  new Shape(shape.stride(), shape.stride()),
                  new Shape(shape.padding(), shape.padding()),
                  new Shape(shape.dilation(), shape.dilation()),
                  shape.groups())
              .singletonOrThrow();
      gradients.backward(output.mul(outputGradient).sum());
      return new Result(
          values(output),
          values(input.getGradient()),
          values(weight.getGradient()),
          bias == null ? new double[0] : values(bias.getGradient()));
    }
  }

  private static NDArray variable(NDManager scope, float[] values, long... shape) {
    NDArray variable = Torch.create(scope, values, new Shape(shape));
    variable.setRequiresGradient(true);
    return variable;
  }

  private static double[] values(NDArray array) {
    float[] floats = array.toFloatArray();
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }
}
