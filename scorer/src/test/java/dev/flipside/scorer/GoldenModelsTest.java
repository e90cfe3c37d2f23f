package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.image.RawImage;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.metrics.Evaluator;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same small network in the shapes in which users bring theirs, on pictures of three sizes. */
class GoldenModelsTest {
  /** The card that a user would write for one of the models. */
  static LoadedModel open(Path folder, String name) {
    boolean raw = name.equals("uint8_nhwc_raw");
    InputCard input =
        new InputCard(
            "input",
            name.startsWith("nhwc") || raw ? TensorLayout.NHWC : TensorLayout.NCHW,
            raw ? TensorType.UINT8 : name.equals("fp16") ? TensorType.FLOAT16 : TensorType.FLOAT32,
            ChannelOrder.RGB,
            raw ? 1 : 1f / 255,
            raw ? List.of(0f, 0f, 0f) : InputCard.IMAGENET_MEAN,
            raw ? List.of(1f, 1f, 1f) : InputCard.IMAGENET_STD,
            name.contains("fixed") ? new SizeRule.Fixed(new ImageSize(96, 128)) : SizeRule.FREE);
    OutputCard output =
        new OutputCard(
            switch (name) {
              case "out_aux", "aux_first" -> "out";
              case "softmax" -> "probabilities";
              case "log_softmax" -> "log_probabilities";
              case "eighth" -> "logits_low";
              default -> "logits";
            },
            name.equals("nhwc_both") ? TensorLayout.NHWC : TensorLayout.NCHW,
            switch (name) {
              case "softmax" -> OutputMeaning.PROBABILITIES;
              case "log_softmax" -> OutputMeaning.LOG_PROBABILITIES;
              default -> OutputMeaning.LOGITS;
            },
            null);
    return new LoadedModel(
        OnnxModelFile.read(folder.resolve(name + ".onnx")),
        new ModelCard(ClassMap.CAMVID, input, output, null, null),
        List.of());
  }

  /** Models with scores of classes. */
  static List<String> models() throws IOException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each :
        Vectors.expected(Vectors.folder("c_models")).get("models").properties()) {
      if (!each.getValue().get("kind").asText().equals("none")) {
        names.add(each.getKey());
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("models")
  void score_modelFromElsewhere_givesReferenceRegionMeans(String name) throws IOException {
    Path folder = Vectors.folder("c_models");
    JsonNode expected = Vectors.expected(folder);
    LoadedModel model = open(folder, name);
    int compared = 0;

    for (JsonNode image : expected.get("images")) {
      if (image.get("models").has(name)) {
        boolean half = name.startsWith("fp16");
        JsonNode values = image.get(half ? "expected_float16" : "expected_float32");
        for (JsonNode grid : values.get("grids")) {
          requireScores(model, folder, image, grid, half ? 3e-2 : 1e-4);
          compared++;
        }
      }
    }
    assertThat(compared).isPositive();
  }

  private static void requireScores(
      LoadedModel model, Path folder, JsonNode image, JsonNode grid, double tolerance) {
    String file = image.get("file").asText();
    GridSpec spec =
        new GridSpec.RegionSize(grid.get("region_h").asInt(), grid.get("region_w").asInt());
    List<ImageResult> results = new ArrayList<>();
    new PoolScorer(
            model, ScoringOptions.of(spec, Acquisition.FLIP_ENTROPY).toBuilder().batch(2).build())
        .score(Pool.ofLines(folder, new StringReader(file), "list"), results::add, Progress.NONE);
    float[] scores = ((RegionScores) results.get(0)).scores();
    int index = 0;
    for (JsonNode row : grid.get("mean")) {
      for (JsonNode value : row) {
        assertThat((double) scores[index])
            .as("%s %s region %s", file, grid.get("asked"), index)
            .isCloseTo(value.asDouble(), within(tolerance));
        index++;
      }
    }
    assertThat(index).isEqualTo(scores.length);
  }

  @Test
  void predict_dynamicModel_givesReferenceClassesWhereTheyAreClear() throws IOException {
    Path folder = Vectors.folder("c_models");
    LoadedModel model = open(folder, "dynamic");
    for (JsonNode image : Vectors.expected(folder).get("images")) {
      JsonNode values = image.get("expected_float32");
      DecodedImage decoded = ImageReader.read(folder.resolve(image.get("file").asText()), null);
      LabelMap expected =
          LabelReader.read(
              folder.resolve(values.get("argmax").asText()), ClassMap.CAMVID, decoded.size());
      LabelMap predicted;
      try (ScoringSession session =
          ScoringSession.open(
              Evaluator.predictionGraph(model, decoded.size()), SessionOptions.cpu())) {
        predicted = Evaluator.predict(session, new RawImage(decoded.size(), decoded.rgb()));
      }

      int different = 0;
      for (int at = 0; at < expected.ids().length; at++) {
        different += expected.ids()[at] == predicted.ids()[at] ? 0 : 1;
      }
      assertThat(different)
          .isLessThanOrEqualTo(values.get("argmax_pixels_with_margin_below_1e-3").asInt());
    }
  }
}
