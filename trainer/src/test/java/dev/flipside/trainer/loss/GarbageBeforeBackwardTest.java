package dev.flipside.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.engine.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the backward pass needs must outlive a garbage collection after the forward pass. */
class GarbageBeforeBackwardTest {
  private static final int CLASSES = 3;
  private static final Shape LOGITS = new Shape(2, CLASSES, 4, 5);

  static Stream<LossOptions> losses() {
    return Stream.of(
        LossOptions.EQUAL,
        LossOptions.TWO_VIEWS,
        LossOptions.CROSS_ENTROPY,
        new LossOptions(2, 0.5, SelfConsistency.STOP_GRADIENT, List.of(1f, 2f, 0.5f)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void backward_afterTheCollector_gradientOfThoseBefore(LossOptions losses) {
    float[] expected = gradient(losses, () -> {});
    for (int i = 0; i < 5; i++) {
      assertThat(gradient(losses, GarbageBeforeBackwardTest::collectAndOverwrite))
          .isEqualTo(expected);
    }
  }

  private static float[] gradient(LossOptions losses, Runnable beforeBackward) {
    long images = LOGITS.get(0) / losses.views();
    float[] values = new float[(int) LOGITS.size()];
    long[] ids = new long[(int) (images * LOGITS.get(2) * LOGITS.get(3))];
    Random random = new Random(7);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.nextInt(CLASSES);
    }
    try (NDManager manager = Torch.manager(Device.cpu());
        Objective objective = Objective.open(losses, ClassMap.unnamed(CLASSES), manager);
        GradientCollector gradients = Torch.engine().newGradientCollector()) {
      NDArray logits = Torch.create(manager, values, LOGITS);
      logits.setRequiresGradient(true);
      NDArray labels = manager.create(ids, new Shape(images, LOGITS.get(2), LOGITS.get(3)));
      try (LossTerms loss =
          objective.of(new NDList(logits), labels, new Transformation.HorizontalFlip(), 1, 1)) {
        beforeBackward.run();
        gradients.backward(loss.total());
      }
      return logits.getGradient().toFloatArray();
    }
  }

  /** Clears the garbage away and fills the native memory it gave back with NaN. */
  private static void collectAndOverwrite() {
    System.gc();
    List<ByteBuffer> overwritten = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      overwritten.add(ByteBuffer.allocateDirect(Float.BYTES).putInt(0, -1));
      if (i == 5_000) {
        // The buffers of the garbage are freed by a thread of their own.
        System.gc();
      }
    }
    assertThat(overwritten).hasSize(10_000);
  }
}
