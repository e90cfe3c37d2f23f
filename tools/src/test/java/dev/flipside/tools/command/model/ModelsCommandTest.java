package dev.flipside.tools.command.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.tools.Flipside;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Looking at models and keeping them, as a user types it. */
class ModelsCommandTest {
  @TempDir Path folder;

  private String out = "";
  private String err = "";

  @Test
  void inspect_model_saysWhatWasFoundAndAssumed() throws IOException {
    Path model = model(3);

    assertThat(run("inspect", model)).isZero();
    assertThat(out).contains("opset 17", "found   classes = 3", "assumed input.mean");
    assertThat(run("inspect", model, "--json", "--output-meaning", "probabilities")).isZero();
    assertThat(new ObjectMapper().readTree(out).get("card").get("output").get("meaning").asText())
        .isEqualTo("probabilities");
  }

  @Test
  void inspect_classesThatDoNotFit_failsWithTheCure() {
    assertThat(run("inspect", model(3), "--classes", "camvid")).isEqualTo(1);
    assertThat(out).contains("cannot be used", "has 3 channels, the class map names 11");
  }

  @Test
  void benchGraft_model_tellsWhatItTakes() throws IOException {
    assertThat(run("bench", "graft", "--model", model(3), "--size", "32x48", "--grid", "2x3"))
        .as(err)
        .isZero();
    JsonNode cost = new ObjectMapper().readTree(out);
    for (String each : List.of("mib", "open_seconds", "graft_seconds", "cpu_seconds")) {
      assertThat(cost.get(each).asDouble()).as(each).isNotNegative();
    }
  }

  @Test
  void models_folderWithConfiguration_isAddedWithItsEvidence() throws IOException {
    Path model = model(3);
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"do_rescale\":true,\"rescale_factor\":0.00392156862745098,\"do_normalize\":false}");
    Files.writeString(
        folder.resolve("config.json"), "{\"id2label\":{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}}");
    Path registry = folder.resolve("registry");

    assertThat(run("models", "add", folder.toString(), "--registry", registry.toString()))
        .as(err)
        .isZero();

    Path entry = registry.resolve(out.strip().substring("sha256:".length()));
    JsonNode card = new ObjectMapper().readTree(entry.resolve("card.json").toFile());
    assertThat(card.get("classes").get("classes").get(2).get("name").asText()).isEqualTo("c");
    assertThat(card.get("input").get("mean").get(0).asDouble()).isZero();
    JsonNode evidence = new ObjectMapper().readTree(entry.resolve("evidence.json").toFile());
    assertThat(evidence.get("source").asText()).isEqualTo(folder.toString());
    assertThat(evidence.get("findings").toString()).contains("preprocessor_config.json");
    assertThat(model).exists();
  }

  @Test
  void models_exportCard_isReadBesideTheModel() throws IOException {
    Path model = model(3);

    assertThat(run("models", "export-card", model, "--channels", "bgr")).as(err).isZero();
    Path card = Path.of(out.strip());
    assertThat(card).hasFileName(model.getFileName().toString().replace(".onnx", ".card.json"));
    assertThat(run("inspect", model)).isZero();
    assertThat(out).startsWith("Ready: 3 classes, BGR").doesNotContain("assumed");
  }

  @Test
  void models_exportCardWithSizeRule_isReadBesideTheModel() {
    Path model = model(3);

    assertThat(run("models", "export-card", model, "--input-size", "fit 64x96 center pad 114"))
        .as(err)
        .isZero();
    assertThat(run("inspect", model)).isZero();
    assertThat(out).contains("fit 64x96 center pad 114.0").contains("\"placement\" : \"center\"");
    assertThat(run("inspect", model, "--input-size", "fit 64x96")).isEqualTo(2);
    assertThat(err).contains("--input-size", "expected values for top-left and center");
  }

  @Test
  void models_exportCardWithBands_isReadBesideTheModel() throws IOException {
    Path model = folder.resolve("rgbd.onnx");
    Files.copy(Path.of("../scorer/src/test/resources/input-models/bands-rgba/model.onnx"), model);

    assertThat(run("models", "export-card", model)).isEqualTo(1);
    assertThat(err).contains("tell which bands of the image files they are");
    assertThat(
            run(
                "models",
                "export-card",
                model,
                "--bands",
                "1,2,4,3",
                "--bits",
                "16",
                "--scale",
                "1/10000",
                "--mean",
                "0.1,0.2,0.3,0.4",
                "--std",
                "1,1,1,2"))
        .as(err)
        .isZero();
    assertThat(run("inspect", model)).isZero();
    assertThat(out).contains("bands 1,2,4,3 of 16 bits").contains("\"bits\" : 16");
    assertThat(run("inspect", model, "--bits", "16")).isEqualTo(1);
    assertThat(err).contains("--bits 16 without --bands");
    assertThat(run("inspect", model, "--bands", "0,1,2,3")).isEqualTo(1);
    assertThat(err).contains("--bands", "each from 1 to 512");
  }

  @Test
  void models_addressWithoutEncryption_isRefused() {
    assertThat(run("models", "add", "http://example.org/model.onnx")).isEqualTo(1);
    assertThat(err).contains("expected an https address");
  }

  @Test
  void models_addActivateRollbackRemove_followOneAnother() {
    String first = add(model(3));
    String second = add(model(4));

    assertThat(run("models", "list", "--registry", folder.resolve("r"))).isZero();
    assertThat(out).contains(first).contains(second).doesNotContain("*");
    assertThat(run("models", "activate", first, "--registry", folder.resolve("r"))).isZero();
    assertThat(run("models", "activate", second, "--registry", folder.resolve("r"))).isZero();
    assertThat(run("models", "rollback", "--registry", folder.resolve("r"))).isZero();
    assertThat(out.strip()).isEqualTo("active: " + first);
    assertThat(run("models", "remove", first, "--registry", folder.resolve("r"))).isEqualTo(1);
    assertThat(err).contains("in use");
    assertThat(run("models", "remove", second, "--registry", folder.resolve("r"))).isZero();
    assertThat(run("models", "show", second, "--registry", folder.resolve("r"))).isEqualTo(1);
    assertThat(run("models", "show", first, "--registry", folder.resolve("r"))).isZero();
    assertThat(out).contains("\"flipsideCard\"");
    assertThat(run("models")).isEqualTo(2);
  }

  @Test
  void models_json_isOneObjectForEachCommand() throws IOException {
    String registry = folder.resolve("r").toString();
    String first = json("add", model(3), "--name", "small").at("/model/id").asText();
    JsonNode second = json("add", model(4)).get("model");
    String id = second.get("id").asText();

    assertThat(second.get("classes").asInt()).isEqualTo(4);
    assertThat(json("activate", "small").at("/active/names/0").asText()).isEqualTo("small");
    assertThat(json("activate", id).at("/active/id").asText()).isEqualTo(id);
    assertThat(json("list").get("active").asText()).isEqualTo(id);
    assertThat(json("rollback").at("/active/id").asText()).isEqualTo(first);
    JsonNode shown = json("show", "small");
    assertThat(shown.at("/model/file").asText()).startsWith(registry);
    assertThat(shown.at("/card/flipsideCard").isInt()).isTrue();
    assertThat(json("remove", id).get("removed").asText()).isEqualTo(id);
  }

  private JsonNode json(String command, Object... words) throws IOException {
    List<Object> line = new ArrayList<>(List.of("models", command));
    line.addAll(List.of(words));
    line.addAll(List.of("--registry", folder.resolve("r"), "--json"));
    assertThat(run(line.toArray())).as(err).isZero();
    return new ObjectMapper().readTree(out);
  }

  private String add(Path model) {
    assertThat(run("models", "add", model, "--registry", folder.resolve("r"))).as(err).isZero();
    return out.strip();
  }

  private Path model(int classes) {
    OnnxGraph graph = new OnnxGraph("g", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue weights = graph.initializer("w", new float[classes * 3], classes, 3, 1, 1);
    OnnxValue logits = graph.node("Conv", Map.of(), input, weights);
    graph.output("y", logits, TensorType.FLOAT32, "N", classes, "H", "W");
    Path file = folder.resolve(classes + ".onnx");
    graph.build("test", "1").write(file);
    return file;
  }

  private int run(Object... words) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    CommandLine line =
        Flipside.commandLine()
            .setOut(new PrintWriter(outText, true))
            .setErr(new PrintWriter(errText, true));
    int code = line.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    return code;
  }
}
