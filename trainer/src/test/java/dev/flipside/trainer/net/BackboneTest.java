package dev.flipside.trainer.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.flipside.trainer.net.layer.Parameter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackboneTest {
  /** Numbers of timm 1.0.31, without what follows the last block. */
  @ParameterizedTest
  @CsvSource({
    "efficientnet_lite0, 2958848, 240",
    "efficientnet_lite1, 3723520, 315",
    "efficientnet_lite2, 4357952, 315",
    "mobilenet_v2, 1811712, 255"
  })
  void create_standardWidth_hasTheParametersOfTimm(String name, long parameters, int tensors) {
    NetworkShape shape = NetworkShape.of(Backbone.parse(name));
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, 2, 1, Device.cpu())) {
      List<Parameter> backbone =
          network.weights().stream()
              .filter(each -> each.name().startsWith(SegmentationNetwork.BACKBONE))
              .toList();

      assertThat(backbone).hasSize(tensors);
      assertThat(
              backbone.stream()
                  .filter(Parameter::trained)
                  .mapToLong(each -> Arrays.stream(each.shape()).reduce(1, (a, b) -> a * b))
                  .sum())
          .isEqualTo(parameters);
    }
  }

  @Test
  void parse_unknownName_listsAllNames() {
    assertThatThrownBy(() -> Backbone.parse("vgg16"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnet18, resnet34")
        .hasMessageContaining("efficientnet_lite2");
  }
}
