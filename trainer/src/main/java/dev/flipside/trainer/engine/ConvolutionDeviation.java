package dev.flipside.trainer.engine;

import java.util.Locale;

/**
 * How far a convolution is from the float64 reference: largest differences, each as a fraction of
 * the largest reference value.
 *
 * @param shape what was computed
 * @param output of the forward pass
 * @param inputGradient of the backward pass
 * @param weightGradient of the backward pass
 * @param biasGradient of the backward pass, 0 without a bias
 */
public record ConvolutionDeviation(
    ConvolutionShape shape,
    double output,
    double inputGradient,
    double weightGradient,
    double biasGradient) {
  /** Whether every difference is a number of at most 1e-4. */
  public boolean acceptable() {
    return largest() <= ConvolutionCheck.TOLERANCE;
  }

  /** The largest of the differences, NaN if one of them is. */
  public double largest() {
    return Math.max(Math.max(output, inputGradient), Math.max(weightGradient, biasGradient));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: output off by %.1e, input gradient %.1e, weight gradient %.1e, bias gradient %.1e",
        shape,
        output,
        inputGradient,
        weightGradient,
        biasGradient);
  }
}
