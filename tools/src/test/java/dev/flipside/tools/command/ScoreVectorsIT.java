package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.tools.Flipside;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code flipside score} against reference values that were computed elsewhere in float64. */
class ScoreVectorsIT {
  private static final List<String> RAW =
      List.of("--scale", "1", "--mean", "0,0,0", "--std", "1,1,1");

  @TempDir Path folder;

  static List<String> models() throws IOException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each :
        expected(vectors("c_models")).get("models").properties()) {
      if (!each.getValue().get("kind").asText().equals("none")) {
        names.add(each.getKey());
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("models")
  void score_exportedModel_needsToldLittleAndGivesReferenceMeans(String name) throws IOException {
    Path vectors = vectors("c_models");
    List<String> told = new ArrayList<>(List.of("--classes", "camvid"));
    told.addAll(name.equals("uint8_nhwc_raw") ? RAW : List.of());
    boolean half = name.startsWith("fp16");
    int compared = 0;
    for (JsonNode image : expected(vectors).get("images")) {
      if (image.get("models").has(name)) {
        JsonNode grid = image.get(half ? "expected_float16" : "expected_float32").at("/grids/0");
        Path list = Files.writeString(folder.resolve("list"), image.get("file").asText() + "\n");
        List<String> words = new ArrayList<>(told);
        words.addAll(List.of("--list", list.toString()));
        double[] scores = score(vectors.resolve(name + ".onnx"), vectors, grid, words);
        requireMeans(scores, grid.get("mean"), half ? 3e-2 : 1e-5);
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  /** The sets with two views. */
  static List<String> logits() throws IOException {
    try (Stream<Path> sets = Files.list(vectors("a_entropy"))) {
      return sets.filter(each -> Files.exists(each.resolve("view1_flipped.f32")))
          .map(each -> each.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("logits")
  void score_networkThatGivesReferenceLogits_givesReferenceMeans(String set) throws IOException {
    Path vectors = vectors("a_entropy/" + set);
    JsonNode expected = expected(vectors);
    JsonNode shape = expected.at("/view0/shape");
    int height = shape.get(2).asInt();
    int width = shape.get(3).asInt();
    Path pool = Files.createDirectory(folder.resolve("pool"));
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      picture.setRGB(width - 1, y, 0xFFFFFF); // so that the mirrored view begins with white
    }
    ImageIO.write(picture, "png", pool.resolve("image.png").toFile());
    List<String> told = new ArrayList<>(RAW);
    told.addAll(List.of("--classes", shape.get(1).asText()));
    for (int image = 0; image < shape.get(0).asInt(); image++) {
      Path model = folder.resolve("model" + image + ".onnx");
      constant(vectors, shape, image).write(model);
      for (JsonNode grid : expected.get("grids")) {
        requireMeans(score(model, pool, grid, told), grid.get("mean").get(image), 1e-5);
      }
    }
  }

  /** Whatever the picture shows, the logits of one view or, where it begins white, of the other. */
  private static OnnxModelFile constant(Path vectors, JsonNode shape, int image)
      throws IOException {
    long[] one = {1, shape.get(1).asLong(), shape.get(2).asLong(), shape.get(3).asLong()};
    OnnxGraph graph = new OnnxGraph("constant", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue corner =
        graph.node(
            "Slice",
            Map.of(),
            input,
            graph.initializer("from", new long[] {0, 0, 0}, 3),
            graph.initializer("to", new long[] {1, 1, 1}, 3),
            graph.initializer("axes", new long[] {1, 2, 3}, 3));
    OnnxValue mirrored =
        graph.node("Greater", Map.of(), corner, graph.initializer("half", new float[] {127.5f}));
    OnnxValue logits =
        graph.node(
            "Where",
            Map.of(),
            mirrored,
            graph.initializer(
                "view1", logits(vectors.resolve("view1_flipped.f32"), one, image), one),
            graph.initializer("view0", logits(vectors.resolve("view0.f32"), one, image), one));
    graph.output("output", logits, TensorType.FLOAT32, "N", one[1], "H", "W");
    return graph.build("test", "1");
  }

  private static float[] logits(Path file, long[] shape, int image) throws IOException {
    float[] values = new float[Math.toIntExact(shape[1] * shape[2] * shape[3])];
    ByteBuffer.wrap(Files.readAllBytes(file))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(image * values.length, values);
    return values;
  }

  private double[] score(Path model, Path pool, JsonNode grid, List<String> told)
      throws IOException {
    Path scores = folder.resolve("scores.jsonl");
    List<String> words = new ArrayList<>(List.of("score", "--model", model.toString()));
    words.addAll(List.of("--pool", pool.toString(), "--out", scores.toString(), "--force"));
    words.addAll(
        List.of("--region", grid.get("region_h").asInt() + "x" + grid.get("region_w").asInt()));
    words.addAll(told);
    StringWriter said = new StringWriter();
    int code =
        Flipside.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(said))
            .execute(words.toArray(String[]::new));
    assertThat(code).as("%s", said).isZero();
    JsonNode line = new ObjectMapper().readTree(Files.readAllLines(scores).get(0));
    double[] values = new double[line.get("scores").size()];
    Arrays.setAll(values, index -> line.get("scores").get(index).asDouble());
    return values;
  }

  private static void requireMeans(double[] scores, JsonNode rows, double tolerance) {
    int index = 0;
    for (JsonNode row : rows) {
      for (JsonNode value : row) {
        assertThat(scores[index])
            .as("region %s", index)
            .isCloseTo(value.asDouble(), within(tolerance));
        index++;
      }
    }
    assertThat(index).isEqualTo(scores.length);
  }

  private static JsonNode expected(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
  }

  /** The folder of a set; the test is skipped where it is not at hand. */
  private static Path vectors(String set) {
    Path given = Path.of(System.getProperty("flipside.vectors", ""), set);
    assumeThat(given).as("reference values, give their folder as -Dflipside.vectors").isDirectory();
    return given;
  }
}
