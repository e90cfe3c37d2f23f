package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same small network of 11 classes, as fifteen exporters would write it. */
class ModelInspectionTest {
  @ParameterizedTest
  @CsvSource({
    "dynamic, NCHW, FLOAT32, free, logits, NCHW, LOGITS, 1",
    "dynamo18, NCHW, FLOAT32, free, logits, NCHW, LOGITS, 1",
    "eighth, NCHW, FLOAT32, free, logits_low, NCHW, LOGITS, 8",
    "out_aux, NCHW, FLOAT32, free, out, NCHW, LOGITS, 1",
    "aux_first, NCHW, FLOAT32, free, out, NCHW, LOGITS, 1",
    "nhwc_in, NHWC, FLOAT32, free, logits, NCHW, LOGITS, 1",
    "nhwc_both, NHWC, FLOAT32, free, logits, NHWC, LOGITS, 1",
    "batch1_fixed, NCHW, FLOAT32, fixed 96x128, logits, NCHW, LOGITS, 1",
    "fixed_hw_dynamic_batch, NCHW, FLOAT32, fixed 96x128, logits, NCHW, LOGITS, 1",
    "softmax, NCHW, FLOAT32, free, probabilities, NCHW, PROBABILITIES, 1",
    "log_softmax, NCHW, FLOAT32, free, log_probabilities, NCHW, LOG_PROBABILITIES, 1",
    "uint8_nhwc_raw, NHWC, UINT8, free, logits, NCHW, LOGITS, 1",
    "fp16, NCHW, FLOAT16, free, logits, NCHW, LOGITS, 1",
    "fp16_weights_fp32_io, NCHW, FLOAT32, free, logits, NCHW, LOGITS, 1"
  })
  void inspect_exportedModel_isWorkedOut(
      String name,
      String inputLayout,
      String type,
      String size,
      String output,
      String outputLayout,
      String meaning,
      String stride)
      throws IOException {
    ModelInspection found = ModelInspection.of(model(name), null, CardOverrides.NONE);
    ModelCard card = Objects.requireNonNull(found.card());

    assertThat(found.toTell()).isNull();
    assertThat(card.classes().count()).isEqualTo(11);
    assertThat(card.input().layout()).hasToString(inputLayout);
    assertThat(card.input().type()).hasToString(type);
    assertThat(card.input().size()).hasToString(size);
    assertThat(card.output().name()).isEqualTo(output);
    assertThat(card.output().layout()).hasToString(outputLayout);
    assertThat(card.output().meaning()).hasToString(meaning);
    assertThat(found.findings())
        .anyMatch(each -> each.field().equals("output.stride") && each.value().equals(stride))
        .allMatch(each -> !each.reason().isBlank());
    JsonNode json = new ObjectMapper().readTree(found.toJson());
    assertThat(json.get("card").get("output").get("meaning").asText())
        .isEqualTo(meaning.toLowerCase(Locale.ROOT).replace('_', '-'));
    assertThat(json.get("inputs").get(0).get("dims")).hasSize(4);
  }

  @Test
  void inspect_classIds_theScoresBeforeThemAreRead() throws IOException {
    ModelInspection found = ModelInspection.of(model("argmax_only"), null, CardOverrides.NONE);

    ModelCard card = Objects.requireNonNull(found.card());
    assertThat(card.classes().count()).isEqualTo(11);
    assertThat(card.output().meaning()).hasToString("LOGITS");
    assertThat(found.findings())
        .anyMatch(
            each -> each.field().equals("output.name") && each.reason().contains("before ArgMax"));
    assertThat(found.verdict()).startsWith("Ready: 11 classes").contains("logits");
  }

  @Test
  void open_assumptions_areToldOnce() throws IOException {
    LoadedModel model = ModelSource.open(model("dynamic"), null, CardOverrides.NONE);
    OnnxModelFile withCard = model.file().withCard(model.card());

    assertThat(model.assumptions()).hasSize(4).doesNotHaveDuplicates();
    assertThat(ModelSource.open(withCard, null, CardOverrides.NONE).assumptions()).isEmpty();
  }

  @Test
  void open_classesOfAnotherNumber_saysWhichAndTheCure() throws IOException {
    CardOverrides ten =
        new CardOverrides(ClassMap.unnamed(10), null, null, null, null, null, null, null, null);
    OnnxModelFile model = model("dynamic");

    assertThatThrownBy(() -> ModelSource.open(model, null, ten))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("has 11 channels, the class map names 10")
        .hasMessageContaining("--void-channel");
  }

  @Test
  void open_outputThatIsNotThere_listsThose() throws IOException {
    CardOverrides told = new CardOverrides(null, null, null, null, null, null, "mask", null, null);
    OnnxModelFile model = model("out_aux");

    assertThatThrownBy(() -> ModelSource.open(model, null, told))
        .hasMessageContaining("no output \"mask\"")
        .hasMessageContaining("\"aux\"");
  }

  @Test
  void open_cardBesideTheModel_comesBeforeTheOneInside(@TempDir Path folder) throws IOException {
    LoadedModel guessed = ModelSource.open(model("dynamic"), null, CardOverrides.NONE);
    ModelCard named =
        new ModelCard(
            ClassMap.CAMVID, guessed.card().input(), guessed.card().output(), null, "mine");
    Path onnx = folder.resolve("m.onnx");
    Path card = Files.writeString(folder.resolve("m.json"), named.toJson());
    guessed.file().withCard(guessed.card()).write(onnx);

    assertThat(ModelSource.open(onnx, card, CardOverrides.NONE).card()).isEqualTo(named);
    assertThat(ModelSource.open(onnx, null, CardOverrides.NONE).card()).isEqualTo(guessed.card());
    assertThatThrownBy(
            () -> ModelSource.open(onnx, folder.resolve("gone.json"), CardOverrides.NONE))
        .hasMessageContaining("no such card file");
  }

  private static OnnxModelFile model(String name) throws IOException {
    try (InputStream in =
        ModelInspectionTest.class.getResourceAsStream("/c_models/" + name + ".onnx")) {
      return OnnxModelFile.read(in.readAllBytes(), name + ".onnx");
    }
  }
}
