package dev.flipside.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.card.InputCard;
import dev.flipside.trainer.data.Batch;
import java.util.List;

/**
 * The tensors of a batch. The batch must not be released before they are closed.
 *
 * @param images {@code [N,3,H,W]} float32, normalized with the mean and standard deviation of
 *     ImageNet
 * @param labels {@code [N,H,W]} int64
 */
record InputTensors(NDArray images, NDArray labels) implements AutoCloseable {
  private static final Shape CHANNELS_LAST = new Shape(1, 1, 1, 3);

  /** Copies a batch to the device of a manager. */
  static InputTensors of(Batch batch, NDManager manager) {
    int height = batch.size().height();
    int width = batch.size().width();
    try (NDArray raw =
            manager.create(
                batch.rgb(), new Shape(batch.count(), height, width, 3), DataType.UINT8);
        NDArray ids =
            manager.create(
                batch.labels(), new Shape(batch.count(), height, width), DataType.UINT8);
        NDArray mean = manager.create(scaled(InputCard.IMAGENET_MEAN), CHANNELS_LAST);
        NDArray deviation = manager.create(scaled(InputCard.IMAGENET_STD), CHANNELS_LAST)) {
      NDArray values = raw.toType(DataType.FLOAT32, true);
      values.subi(mean).divi(deviation);
      try (values) {
        return new InputTensors(values.transpose(0, 3, 1, 2), ids.toType(DataType.INT64, true));
      }
    }
  }

  /** Scales values of 0 to 1 to 0 to 255. */
  private static float[] scaled(List<Float> values) {
    float[] scaled = new float[values.size()];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = 255 * values.get(i);
    }
    return scaled;
  }

  @Override
  public void close() {
    images.close();
    labels.close();
  }
}
