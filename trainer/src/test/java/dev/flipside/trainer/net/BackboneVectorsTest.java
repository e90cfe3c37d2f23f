package dev.flipside.trainer.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.Vectors;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.layer.Parameter;
import dev.flipside.trainer.weights.PretrainedWeights;
import dev.flipside.trainer.weights.SafetensorsFile;
import dev.flipside.trainer.weights.StoredTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights and float64 logits of timm and torchvision; made by src/test/python. */
class BackboneVectorsTest {
  @ParameterizedTest
  @CsvSource({
    "efficientnet_lite0_timm, backbone",
    "efficientnet_lite0_timm, package",
    "mobilenet_v2_torchvision, backbone"
  })
  void forward_publishedWeights_givesTheirLogits(String folder, String weights) {
    Vectors vectors = Vectors.of("g_backbones/" + folder);
    JsonNode expected = vectors.expected();
    try (SegmentationNetwork network =
            SegmentationNetwork.create(shape(expected), 5, 1, Device.cpu());
        NDManager manager = Torch.manager(Device.cpu())) {
      PretrainedWeights.loadBackbone(vectors.file(weights + ".safetensors"), network);
      loadHead(vectors, network);

      NDArray input =
          manager.create(
              vectors.floats(expected.path("input")),
              new Shape(Vectors.shape(expected.path("input"))));
      float[] logits = network.forward(input, false).toFloatArray();

      double[] right = vectors.numbers(expected.path("logits"));
      double range =
          Arrays.stream(right).max().orElseThrow() - Arrays.stream(right).min().orElseThrow();
      assertThat(Vectors.largestDifference(logits, right)).isLessThan(1e-5 * range);
    }
  }

  @Test
  void loadBackbone_weightsOfAnotherNetwork_areRefusedAndNothingIsLoaded() {
    Vectors vectors = Vectors.of("g_backbones/mobilenet_v2_torchvision");
    NetworkShape lite = NetworkShape.of(Backbone.EFFICIENTNET_LITE0).withWidth(0.25);
    try (SegmentationNetwork network = SegmentationNetwork.create(lite, 5, 1, Device.cpu())) {
      float[] before = network.weights().get(0).values();

      assertThatThrownBy(
              () -> PretrainedWeights.loadBackbone(vectors.file("backbone.safetensors"), network))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("does not fit the network")
          .hasMessageContaining("another shape: backbone.")
          .hasMessageContaining("Check backbone, width");
      assertThat(network.weights().get(0).values()).isEqualTo(before);
    }
  }

  private static NetworkShape shape(JsonNode expected) {
    return new NetworkShape(
        Backbone.parse(expected.path("network").asText()),
        expected.path("width").asDouble(),
        expected.path("outputStride").asInt(),
        Head.parse(expected.path("head").asText()));
  }

  private static void loadHead(Vectors vectors, SegmentationNetwork network) {
    try (SafetensorsFile file = SafetensorsFile.open(vectors.file("head.safetensors"))) {
      Map<String, StoredTensor> stored =
          file.tensors().stream()
              .collect(Collectors.toMap(StoredTensor::name, Function.identity()));
      for (Parameter each : network.weights()) {
        if (each.name().startsWith("classifier.")) {
          StoredTensor tensor = stored.get(each.name());
          assertThat(tensor).as(each.name()).isNotNull();
          assertThat(tensor.shape())
              .containsExactly(Arrays.stream(each.shape()).boxed().toArray(Long[]::new));
          each.set(file.read(tensor));
        }
      }
    }
  }
}
