package dev.flipside.tools.command.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.tools.Flipside;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

class PresetTest {
  @TempDir Path data;

  @Test
  void argumentsBeside_overriddenOptions_areLeftOutWithTheirAlternatives() {
    List<String> beside =
        Preset.CPU_CAMVID.argumentsBeside(
            List.of("--region", "60x80", "--budgets=0.5", "--no-backbone-while-selecting"));

    assertThat(beside)
        .doesNotContain("--grid", "5x5", "--budgets", "0.08,0.12", "--backbone-while-selecting")
        .containsSequence("--size", "180x240")
        .containsSequence("--step", "42");
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void parse_presetAlone_setsEveryOptionThatItNames(Preset preset) {
    ParseResult parsed = parse("--preset", preset.toString());

    for (String word : preset.arguments()) {
      if (word.startsWith("--")) {
        assertThat(parsed.hasMatchedOption(word)).as(word).isTrue();
      }
    }
  }

  @Test
  void parse_explicitOptions_overrideThePresetBeforeAndAfterIt() {
    ParseResult parsed =
        parse("--step", "7", "--preset=paper-camvid", "--depth", "18", "--seed", "3");

    assertThat(parsed.<Integer>matchedOptionValue("--step", 0)).isEqualTo(7);
    assertThat(parsed.<Integer>matchedOptionValue("--depth", 0)).isEqualTo(18);
    assertThat(parsed.hasMatchedOption("--network")).isFalse();
    assertThat(parsed.<List<Long>>matchedOptionValue("--seed", List.of())).containsExactly(3L);
    assertThat(parsed.<Integer>matchedOptionValue("--batch", 0)).isEqualTo(5);
  }

  @Test
  void simulate_presetWithoutData_saysWhereToGetIt() {
    assertThat(error("--preset", "paper-camvid"))
        .contains("--data is not given; get it with flipside dataset fetch camvid");
    assertThat(error("--preset", "smoke", "--data", data.resolve("none").toString()))
        .contains("no folder ")
        .contains("flipside synth --out DIR");
  }

  @Test
  void simulate_presetWithOtherData_isRefused() throws Exception {
    for (String split : List.of("train", "test", "val")) {
      for (String kind : List.of("", "annot")) {
        Path folder = Files.createDirectories(data.resolve(split + kind));
        Files.writeString(folder.resolve("street.png"), "not read");
      }
    }
    assertThat(error("--preset", "paper-camvid", "--data", data.toString(), "--backbone", "random"))
        .contains("needs CamVid")
        .contains("have other names")
        .contains("give the options without a preset");
  }

  @Test
  void simulate_presetWithoutWeights_isRefusedWithTheRemedy() {
    assertThat(error("--preset", "cpu-camvid", "--data", data.toString()))
        .contains("starts from ImageNet weights of efficientnet_lite0: pass --backbone FILE")
        .contains("--backbone random --no-backbone-while-selecting");
  }

  @Test
  void simulate_presetWithoutSplit_saysWhereToGetTheData() {
    assertThat(error("--preset", "paper-camvid", "--data", data.toString(), "--backbone", "random"))
        .contains("no such folder")
        .contains("flipside dataset fetch camvid");
  }

  @Test
  void simulate_unknownPreset_listsThePresets() {
    assertThat(error("--preset", "paper"))
        .contains("preset \"paper\": expected one of paper-camvid, paper-cityscapes");
  }

  @Test
  void documentation_everyPreset_hasItsValues() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "simulation.md"));
    String words = page.replaceAll("\\s+", " ");
    for (Preset preset : Preset.values()) {
      assertThat(words).contains("`" + preset + "`");
    }
    for (Preset preset : List.of(Preset.PAPER_CAMVID, Preset.CPU_CAMVID, Preset.SMOKE)) {
      assertThat(words).contains(String.join(" ", preset.arguments()));
    }
  }

  private ParseResult parse(String... words) {
    List<String> line = new ArrayList<>(List.of("simulate", "--data", data.toString()));
    line.addAll(List.of(words));
    line.addAll(List.of("--out", data.resolve("out").toString()));
    return Flipside.commandLine().parseArgs(line.toArray(String[]::new)).subcommand();
  }

  private String error(String... words) {
    StringWriter err = new StringWriter();
    CommandLine line = Flipside.commandLine().setErr(new PrintWriter(err));
    List<String> arguments = new ArrayList<>(List.of("simulate"));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--out", data.resolve("out").toString()));
    assertThat(line.execute(arguments.toArray(String[]::new))).isNotZero();
    assertThat(data.resolve("out")).doesNotExist();
    return err.toString();
  }
}
