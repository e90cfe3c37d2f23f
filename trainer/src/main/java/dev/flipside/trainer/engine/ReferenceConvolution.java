package dev.flipside.trainer.engine;

import java.util.Arrays;

/** A direct convolution in float64, written to be checked by reading. */
final class ReferenceConvolution implements ConvolutionOperator {
  @Override
  public Result apply(ConvolutionShape shape, Operands operands) {
    Result result =
        new Result(
            new double[shape.outputSize()],
            new double[shape.inputSize()],
            new double[shape.weightSize()],
            new double[shape.bias() ? shape.out() : 0]);
    for (int image = 0; image < shape.batch(); image++) {
      for (int out = 0; out < shape.out(); out++) {
        if (shape.bias()) {
          addBias(shape, operands, result, image, out);
        }
        int channels = shape.in() / shape.groups();
        int first = out / (shape.out() / shape.groups()) * channels;
        for (int in = first; in < first + channels; in++) {
          for (int tap = 0; tap < shape.kernel() * shape.kernel(); tap++) {
            addTap(shape, operands, result, new Tap(image, out, in, tap));
          }
        }
      }
    }
    return result;
  }

  private static void addBias(
      ConvolutionShape shape, Operands operands, Result result, int image, int out) {
    int pixels = shape.outHeight() * shape.outWidth();
    int from = (image * shape.out() + out) * pixels;
    Arrays.fill(result.output(), from, from + pixels, operands.bias()[out]);
    for (int i = from; i < from + pixels; i++) {
      result.biasGradient()[out] += operands.outputGradient()[i];
    }
  }

  /** One weight of one image: {@code output += weight * input}, and the two products backward. */
  private static void addTap(
      ConvolutionShape shape, Operands operands, Result result, Tap position) {
    int channels = shape.in() / shape.groups();
    int place = position.out * channels + position.in % channels;
    int weight = place * shape.kernel() * shape.kernel();
    weight += position.tap;
    double value = operands.weight()[weight];
    int down = position.tap / shape.kernel() * shape.dilation() - shape.padding();
    int right = position.tap % shape.kernel() * shape.dilation() - shape.padding();
    double weightGradient = 0;
    for (int row = 0; row < shape.outHeight(); row++) {
      int y = row * shape.stride() + down;
      if (y < 0 || y >= shape.height()) {
        continue;
      }
      int inputRow = ((position.image * shape.in() + position.in) * shape.height() + y);
      int outputRow = (position.image * shape.out() + position.out) * shape.outHeight() + row;
      for (int column = 0; column < shape.outWidth(); column++) {
        int x = column * shape.stride() + right;
        if (x >= 0 && x < shape.width()) {
          int from = inputRow * shape.width() + x;
          int to = outputRow * shape.outWidth() + column;
          double gradient = operands.outputGradient()[to];
          result.output()[to] += value * operands.input()[from];
          result.inputGradient()[from] += value * gradient;
          weightGradient += gradient * operands.input()[from];
        }
      }
    }
    result.weightGradient()[weight] += weightGradient;
  }

  /** An image, an output and an input channel, and a position in the kernel. */
  private record Tap(int image, int out, int in, int tap) {}
}
