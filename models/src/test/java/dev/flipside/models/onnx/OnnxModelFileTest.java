package dev.flipside.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OnnxModelFileTest {
  @Test
  void metadata_key_isFoundAmongOthers() {
    OnnxModelFile model = telling("first", "1", "second", "2");

    assertThat(model.metadata("first")).hasValue("1");
    assertThat(model.metadata("second")).hasValue("2");
    assertThat(model.metadata("third")).isEmpty();
  }

  @Test
  void metadata_keyToldTwice_isTheFirst() {
    assertThat(telling("key", "1", "key", "2").metadata("key")).hasValue("1");
  }

  @Test
  void withCard_otherMetadata_staysAndTheCardIsReplaced() {
    OnnxModelFile model = telling("told", "before").withCard(card(2)).withCard(card(3));

    assertThat(model.metadata("told")).hasValue("before");
    assertThat(model.metadata(ModelCard.METADATA_KEY)).hasValue(card(3).toJson());
    assertThat(model.card()).hasValue(card(3));
    assertThat(model.proto().getMetadataPropsCount()).isEqualTo(2);
  }

  private static ModelCard card(int classes) {
    return ModelCard.trained(
        ClassMap.unnamed(classes),
        new Provenance("test", "", 9, new TreeMap<>(), new TreeMap<>(), Instant.EPOCH));
  }

  private static OnnxModelFile telling(String... keysAndValues) {
    OnnxGraph graph = new OnnxGraph("network", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, 1);
    graph.output("output", graph.node("Relu", Map.of(), input), TensorType.FLOAT32, 1);
    ModelProto.Builder proto = graph.build("test", "1").proto().toBuilder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      proto.addMetadataPropsBuilder().setKey(keysAndValues[i]).setValue(keysAndValues[i + 1]);
    }
    return OnnxModelFile.of(proto.build());
  }
}
