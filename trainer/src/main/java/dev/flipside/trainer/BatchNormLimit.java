package dev.flipside.trainer;

import dev.flipside.models.domain.FlipsideException;

/**
 * The fewest images of a batch that batch normalization can be trained with. It needs two values a
 * channel on each device: two images if the last feature map has one cell and there is one view.
 *
 * @param images fewest images of a batch, over all devices
 */
record BatchNormLimit(int images) {
  static BatchNormLimit of(TrainingPlan plan, int devices) {
    int stride = plan.network().outputStride();
    boolean oneCell = plan.size().height() <= stride && plan.size().width() <= stride;
    return new BatchNormLimit(oneCell && plan.losses().views() == 1 ? 2 * devices : 1);
  }

  /**
   * Refuses a training whose batches or data are too small.
   *
   * @throws FlipsideException if there are fewer images than a batch needs
   */
  void require(TrainingPlan plan, int available) {
    if (plan.batch() < images || available < images) {
      throw new FlipsideException(
          "batch normalization cannot be trained on batches of "
              + Math.min(plan.batch(), available)
              + " of "
              + plan.size()
              + " px: the last feature map has one cell (output stride "
              + plan.network().outputStride()
              + "), expected at least "
              + images
              + " images a batch; use larger images (--size), two views (--views 2), a larger batch"
              + " or more images");
    }
  }
}
