package dev.flipside.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.trainer.Vectors;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.Backbone;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.SegmentationNetwork;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PretrainedWeightsTest {
  /** Channels of the first stage of a ResNet. */
  private static final double CHANNELS = 64;

  static List<String> sets() {
    return Vectors.sets("f_weights");
  }

  @ParameterizedTest
  @MethodSource("sets")
  void load_torchvisionSafetensors_networkGivesItsLogits(String name) {
    Vectors vectors = Vectors.of(name);
    JsonNode expected = vectors.expected();
    NetworkShape shape =
        NetworkShape.of(Backbone.parse(name.replaceAll(".*_(resnet\\d+)_.*", "$1")))
            .withWidth(expected.path("base_width").asInt() / CHANNELS);
    int classes = (int) Vectors.shape(expected.path("logits"))[1];
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, classes, 1, Device.cpu());
        NDManager manager = Torch.manager(Device.cpu())) {
      PretrainedWeights.load(vectors.file("model.safetensors"), network);

      NDArray input =
          manager.create(
              vectors.floats(expected.path("input")),
              new Shape(Vectors.shape(expected.path("input"))));
      float[] logits = network.forward(input, false).toFloatArray();

      double[] reference = vectors.numbers(expected.path("logits"));
      double range =
          Arrays.stream(reference).max().orElseThrow()
              - Arrays.stream(reference).min().orElseThrow();
      assertThat(Vectors.largestDifference(logits, reference)).isLessThan(1e-4 * range);
    }
  }
}
