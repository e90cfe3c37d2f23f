package dev.flipside.tools.command.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.tools.Flipside;
import dev.flipside.trainer.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WeightsCommandTest {
  @TempDir Path folder;

  @Test
  void inspect_safetensors_namesTypesAndShapes() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of(),
        List.of(
            new SafetensorsWriter.Tensor("a.weight", List.of(2L, 3L), () -> new float[6]),
            new SafetensorsWriter.Tensor("a.bias", List.of(2L), () -> new float[2])));
    StringWriter out = new StringWriter();
    CommandLine line = Flipside.commandLine().setOut(new PrintWriter(out));
    assertThat(line.execute("weights", "inspect", file.toString())).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "a.weight  float32  [2, 3]", "a.bias  float32  [2]", "2 tensors, 8 elements");

    out.getBuffer().setLength(0);
    assertThat(line.execute("weights", "inspect", file.toString(), "--json")).isZero();
    JsonNode values = new ObjectMapper().readTree(out.toString());
    assertThat(values.get("elements").asLong()).isEqualTo(8);
    assertThat(values.at("/tensors/0").toString())
        .contains("\"name\":\"a.weight\"", "\"type\":\"float32\"", "\"shape\":[2,3]");
  }

  @Test
  void inspect_noWeights_failsWithOneSentence() {
    StringWriter err = new StringWriter();
    CommandLine line = Flipside.commandLine().setErr(new PrintWriter(err));
    assertThat(line.execute("weights", "inspect", folder.resolve("none.pth").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("none.pth: cannot be read as a weights file");
  }
}
