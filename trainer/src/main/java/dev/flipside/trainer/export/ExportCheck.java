package dev.flipside.trainer.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.inference.LogitsSession;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.SegmentationNetwork;
import java.util.Arrays;

/** Runs an exported model in ONNX Runtime and compares its logits with those of DJL. */
public final class ExportCheck {
  /** Maximum accepted difference, as a fraction of the range of the logits. */
  public static final double TOLERANCE = 1e-4;

  private ExportCheck() {}

  /**
   * Compares the exported model with DJL on a batch.
   *
   * @param model exported model
   * @param name name of the model in error messages
   * @param images {@code [N,3,H,W]}, normalized, row-major
   * @param shape shape of the images
   * @return the largest difference, as a fraction of the range of the logits
   * @throws FlipsideException if it exceeds {@link #TOLERANCE}; the message contains its position
   */
  public static double compare(
      SegmentationNetwork network,
      OnnxModelFile model,
      String name,
      float[] images,
      long... shape) {
    ModelCard card =
        model.card().orElseThrow(() -> new FlipsideException(name + ": holds no model card"));
    float[] expected = Torch.withoutGradient(() -> djl(network, images, shape));
    float[] found;
    try (LogitsSession session = LogitsSession.open(model, SessionOptions.cpu())) {
      found = session.run(card.input().name(), images, shape);
    }
    if (found.length != expected.length) {
      throw new FlipsideException(
          name
              + ": ONNX Runtime returns "
              + found.length
              + " logits, DJL "
              + expected.length
              + "; do not use this file");
    }
    int worst = worst(expected, found);
    double range = range(expected);
    double difference = Math.abs((double) expected[worst] - found[worst]) / range;
    if (!(difference <= TOLERANCE)) {
      throw new FlipsideException(
          name
              + ": ONNX Runtime and DJL disagree. At "
              + position(worst, network.classes(), shape)
              + " the logit is "
              + found[worst]
              + " in the file and "
              + expected[worst]
              + " in training, a difference of "
              + difference
              + " of the range of the logits, expected at most "
              + TOLERANCE
              + "; do not use this file");
    }
    return difference;
  }

  private static float[] djl(SegmentationNetwork network, float[] images, long... shape) {
    try (NDManager manager = Torch.manager(network.device());
        NDArray input = Torch.create(manager, images, new Shape(shape));
        NDArray logits = network.forward(input, false)) {
      return logits.toFloatArray();
    }
  }

  /** Returns the position of the largest difference; NaN counts as the largest. */
  private static int worst(float[] expected, float[] found) {
    int worst = 0;
    double largest = -1;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - found[i]);
      if (Double.isNaN(difference)) {
        return i;
      }
      if (difference > largest) {
        largest = difference;
        worst = i;
      }
    }
    return worst;
  }

  private static double range(float[] logits) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float each : logits) {
      low = Math.min(low, each);
      high = Math.max(high, each);
    }
    return Math.max(high - low, Float.MIN_NORMAL);
  }

  private static String position(int at, int classes, long... shape) {
    long width = shape[3];
    long height = shape[2];
    return "(image, class, row, column) "
        + Arrays.asList(
            at / (classes * height * width),
            at / (height * width) % classes,
            at / width % height,
            at % width);
  }
}
