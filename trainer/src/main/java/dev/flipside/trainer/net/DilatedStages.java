package dev.flipside.trainer.net;

/**
 * Decides stride and dilation of the stages of a backbone: once the output stride is reached,
 * further strides become dilation (Chen et al. 2017). The first block of such a stage still has the
 * dilation before it, as in torchvision.
 */
final class DilatedStages {
  private final int outputStride;
  private int reached;
  private int dilation = 1;

  /**
   * @param reached stride of the input of the first stage
   */
  DilatedStages(int outputStride, int reached) {
    this.outputStride = outputStride;
    this.reached = reached;
  }

  /** Returns how the next stage samples, given its stride in the classification network. */
  Sampling next(int stride) {
    int firstDilation = dilation;
    if (reached * stride > outputStride) {
      dilation *= stride;
      return new Sampling(1, firstDilation, dilation);
    }
    reached *= stride;
    return new Sampling(stride, firstDilation, dilation);
  }

  /**
   * Sampling of a stage.
   *
   * @param stride stride of the first block
   * @param firstDilation dilation of the first block
   * @param laterDilation dilation of the other blocks
   */
  record Sampling(int stride, int firstDilation, int laterDilation) {
    int strideOf(int block) {
      return block == 0 ? stride : 1;
    }

    int dilationOf(int block) {
      return block == 0 ? firstDilation : laterDilation;
    }
  }
}
