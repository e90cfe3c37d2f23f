package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of Hugging Face: what they say is followed, or asked about, never passed over. */
class HubConfigurationTest {
  private static final String ASK = "prepares images in a way that cannot be read";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preprocessor_config.json | {'do_flip_channel_order':true,'size':{'shortest_edge':5}}"
            + " | BGR 0.003921569 [0.0, 0.0, 0.0] [1.0, 1.0, 1.0]",
        "preprocessor_config.json | {'do_flip_channel_order':true,'image_mean':[0.5,0.5,0.5]}"
            + " | BGR 0.003921569 [0.0, 0.0, 0.0] [1.0, 1.0, 1.0]",
        "preprocessor_config.json | {'do_normalize':true,'image_mean':0.5,'image_std':[0.25]}"
            + " | RGB 0.003921569 [0.5, 0.5, 0.5] [0.25, 0.25, 0.25]",
        "preprocessor_config.json | \uFEFF{'do_rescale':false,'do_normalize':false}"
            + " | RGB 1.0 [0.0, 0.0, 0.0] [1.0, 1.0, 1.0]",
        "processor_config.json"
            + " | {'image_processor':{'do_rescale':false,'do_normalize':false}}"
            + " | RGB 1.0 [0.0, 0.0, 0.0] [1.0, 1.0, 1.0]",
        "preprocessor_config.json | {'do_normalize':null,'image_mean':null} | " + ASK,
        "preprocessor_config.json | {'do_rescale':true} | " + ASK,
        "preprocessor_config.json | {'do_normalize':true,'image_mean':null} | " + ASK,
        "preprocessor_config.json | {'do_normalize':false,'rescale_offset':true} | " + ASK,
        "preprocessor_config.json | {'do_normalize':false,'offset':true} | " + ASK,
        "preprocessor_config.json | {'do_normalize':false,'rescale_factor':0} | " + ASK,
        "preprocessor_config.json"
            + " | {'do_normalize':true,'image_mean':[0,0,0],'image_std':[0,1,1]} | "
            + ASK
      })
  void inspect_configurationBesideTheModel_isFollowedOrAskedAbout(
      String name, String config, String expected) throws IOException {
    Files.writeString(folder.resolve(name), config.replace('\'', '"'));

    ModelInspection found = inspect(CardOverrides.NONE);

    if (found.card() == null) {
      assertThat(found.toTell()).contains(expected).contains("--scale, --mean and --std");
    } else {
      InputCard input = Objects.requireNonNull(found.card()).input();
      assertThat(input.channels() + " " + input.scale() + " " + input.mean() + " " + input.std())
          .isEqualToIgnoringCase(expected);
    }
  }

  private ModelInspection inspect(CardOverrides told) {
    OnnxGraph graph = new OnnxGraph("plain", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue weights = graph.initializer("w", new float[4 * 3], 4, 3, 1, 1);
    OnnxValue last = graph.node("Conv", Map.of(), input, weights);
    graph.output("y", last, TensorType.FLOAT32, "N", 4, "H", "W");
    OnnxModelFile model = graph.build("test", "1");
    return ModelInspection.of(model, null, told, new InspectionContext(null, folder));
  }
}
