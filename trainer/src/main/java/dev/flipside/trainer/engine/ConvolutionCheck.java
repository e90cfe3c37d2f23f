package dev.flipside.trainer.engine;

import java.util.Random;

/**
 * Compares convolutions, forward and backward, with a float64 reference. Some CPU kernels compute
 * wrong on some processors without an error: oneDNN up to 3.7 reorders weights wrongly on virtual
 * machines that hide the sizes of their caches.
 */
final class ConvolutionCheck {
  /** Largest accepted difference, as a fraction of the largest reference value. */
  static final double TOLERANCE = 1e-4;

  private static final long SEED = 7;

  private final ConvolutionOperator operator;
  private final ConvolutionOperator reference = new ReferenceConvolution();

  ConvolutionCheck(ConvolutionOperator operator) {
    this.operator = operator;
  }

  /** The deviation of one shape, on values drawn by a fixed seed. */
  ConvolutionDeviation check(ConvolutionShape shape) {
    Random random = new Random(SEED);
    ConvolutionOperator.Operands operands =
        new ConvolutionOperator.Operands(
            uniform(random, shape.inputSize()),
            uniform(random, shape.weightSize()),
            uniform(random, shape.out()),
            uniform(random, shape.outputSize()));
    ConvolutionOperator.Result expected = reference.apply(shape, operands);
    ConvolutionOperator.Result found = operator.apply(shape, operands);
    return new ConvolutionDeviation(
        shape,
        difference(expected.output(), found.output()),
        difference(expected.inputGradient(), found.inputGradient()),
        difference(expected.weightGradient(), found.weightGradient()),
        difference(expected.biasGradient(), found.biasGradient()));
  }

  private static float[] uniform(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  /** The largest difference over the largest reference value; NaN if any difference is. */
  private static double difference(double[] expected, double[] found) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    return expected.length == 0 ? 0 : difference / largest;
  }
}
