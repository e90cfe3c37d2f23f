package dev.flipside.trainer.engine;

/** An implementation of a 2-D convolution and its gradients. */
interface ConvolutionOperator {
  /**
   * Computes a convolution forward, and backward from the gradient of its output.
   *
   * @param operands sized by the shape
   */
  Result apply(ConvolutionShape shape, Operands operands);

  /**
   * The inputs of a convolution, row-major.
   *
   * @param input {@code [N,in,H,W]}
   * @param weight {@code [out,in,kernel,kernel]}
   * @param bias {@code [out]}, ignored where the shape has none
   * @param outputGradient {@code [N,out,H',W']}
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Operands(float[] input, float[] weight, float[] bias, float[] outputGradient) {}

  /**
   * The results of a convolution, row-major, in the shapes of {@link Operands}.
   *
   * @param biasGradient empty where the shape has no bias
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(
      double[] output, double[] inputGradient, double[] weightGradient, double[] biasGradient) {}
}
