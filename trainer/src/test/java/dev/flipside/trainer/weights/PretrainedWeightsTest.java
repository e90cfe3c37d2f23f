package dev.flipside.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.flipside.trainer.Vectors;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.SegmentationNetwork;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PretrainedWeightsTest {
  @ParameterizedTest
  @CsvSource({"18, 8", "50, 6"})
  void load_torchvisionSafetensors_networkGivesItsLogits(int depth, int channels) {
    Vectors vectors = Vectors.of("f_weights/fcn_resnet" + depth + "_narrow");
    NetworkShape shape = NetworkShape.ofDepth(depth).withWidth(channels / 64.0);
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, 11, 1, Device.cpu());
        NDManager manager = Torch.manager(Device.cpu())) {
      PretrainedWeights.load(vectors.file("model.safetensors"), network);

      NDArray input =
          manager.create(
              vectors.floats(vectors.expected().path("input")),
              new Shape(Vectors.shape(vectors.expected().path("input"))));
      float[] logits = network.forward(input, false).toFloatArray();

      double[] expected = vectors.numbers(vectors.expected().path("logits"));
      double range =
          Arrays.stream(expected).max().orElseThrow() - Arrays.stream(expected).min().orElseThrow();
      assertThat(Vectors.largestDifference(logits, expected)).isLessThan(1e-4 * range);
    }
  }
}
