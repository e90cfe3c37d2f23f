package dev.flipside.trainer.net.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.flipside.trainer.engine.Torch;
import org.junit.jupiter.api.Test;

class ScriptedLayersTest {
  @Test
  void relu6_valuesOnAllSides_areThoseOfClip() {
    float[] values = {-7, -0.5f, 0, 0.25f, 3, 6, 6.5f, 100, Float.NaN};
    try (NDManager manager = Torch.manager(Device.cpu())) {
      NDArray x = manager.create(values);
      assertArrayEquals(x.clip(0, 6).toFloatArray(), new Relu6().forward(x, true).toFloatArray());
    }
  }

  @Test
  void relu6_gradient_isOneBetweenTheLimitsAndZeroOutside() {
    try (NDManager manager = Torch.manager(Device.cpu())) {
      NDArray x = manager.create(new float[] {-7, 0.25f, 3, 5.9f, 6.5f});
      x.setRequiresGradient(true);
      NDArray weights = manager.create(new float[] {1, 2, 3, 4, 5});
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        collector.backward(new Relu6().forward(x, true).mul(weights).sum());
      }
      assertArrayEquals(new float[] {0, 2, 3, 4, 0}, x.getGradient().toFloatArray());
    }
  }

  @Test
  void bilinearResize_oneRowToThree_takesHalfPixelCenters() {
    try (NDManager manager = Torch.manager(Device.cpu())) {
      NDArray x = manager.create(new float[] {0, 6}, new Shape(1, 1, 1, 2));
      x.setRequiresGradient(true);
      NDArray weights = manager.create(new float[] {1, 10, 100}, new Shape(1, 1, 1, 3));
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray enlarged = BilinearResize.resize(x, new Shape(1, 1, 1, 3));
        assertArrayEquals(new float[] {0, 3, 6}, enlarged.toFloatArray(), 1e-6f);
        collector.backward(enlarged.mul(weights).sum());
      }
      assertArrayEquals(new float[] {6, 105}, x.getGradient().toFloatArray(), 1e-5f);
    }
  }
}
