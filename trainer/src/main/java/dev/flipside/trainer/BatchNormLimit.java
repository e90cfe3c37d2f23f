package dev.flipside.trainer;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.trainer.loss.SecondView;
import dev.flipside.trainer.net.Head;

/**
 * The fewest images of a batch that batch normalization can be trained with. It needs two values a
 * channel on each device: two images if the last feature map has one cell, or the head pools the
 * whole map, and there is one view.
 *
 * @param images fewest images of a batch, over all devices
 */
record BatchNormLimit(int images) {
  static BatchNormLimit of(TrainingPlan plan, int devices) {
    int stride = plan.network().outputStride();
    boolean oneCell = plan.size().height() <= stride && plan.size().width() <= stride;
    boolean pooled = plan.network().head() == Head.DEEPLABV3_PLUS;
    boolean quarterTurn = plan.losses().view() == SecondView.ROTATION_90;
    boolean alone = plan.losses().views() == 1 || (quarterTurn && !square(plan.size()));
    return new BatchNormLimit((oneCell || pooled) && alone ? 2 * devices : 1);
  }

  private static boolean square(ImageSize size) {
    return size.height() == size.width();
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
              + " px: the last feature map or the pooled one has one cell (output stride "
              + plan.network().outputStride()
              + ", head "
              + plan.network().head()
              + "), expected at least "
              + images
              + " images a batch; use larger images (--size), two views (--views 2), a larger batch"
              + " or more images");
    }
  }
}
