package dev.flipside.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.metrics.ConfusionMatrix;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.trainer.data.Batch;
import dev.flipside.trainer.data.BatchSampler;
import dev.flipside.trainer.data.DataLoader;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.SegmentationNetwork;

/** Evaluates a network in training on other images, at the size of training. */
final class Validation {
  private Validation() {}

  /**
   * Compares predictions with labels, ignoring unlabelled pixels.
   *
   * @throws FlipsideException if an image cannot be read
   */
  static SegmentationMetrics of(SegmentationNetwork network, TrainingData data, TrainingPlan plan) {
    ConfusionMatrix confusion = new ConfusionMatrix(network.classes());
    BatchSampler order = BatchSampler.inOrder(data.images().size(), plan.batch());
    try (NDManager manager = Torch.manager(network.device());
        DataLoader loader = DataLoader.open(data, plan.size(), order, plan.loaderThreads())) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        byte[] predicted = Torch.withoutGradient(() -> predict(network, batch, manager));
        byte[] truth = new byte[predicted.length];
        batch.labels().get(0, truth);
        ImageSize rows = new ImageSize(batch.count() * plan.size().height(), plan.size().width());
        confusion.add(new LabelMap(rows, truth), new LabelMap(rows, predicted));
      }
    }
    return confusion.metrics();
  }

  /** Returns the most probable class of every pixel, {@code [N*H*W]}. */
  private static byte[] predict(SegmentationNetwork network, Batch batch, NDManager manager) {
    try (NDManager scope = manager.newSubManager();
        InputTensors input = InputTensors.of(batch, scope);
        NDArray logits = network.forward(input.images(), false);
        NDArray best = logits.argMax(1);
        NDArray bytes = best.toType(DataType.UINT8, true)) {
      return bytes.toByteArray();
    }
  }
}
