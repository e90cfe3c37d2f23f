package dev.flipside.tools.command.help;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  private String out = "";
  private String err = "";

  static Stream<String> commands() {
    return walk(Flipside.commandLine()).map(each -> each.getCommandSpec().qualifiedName());
  }

  private static Stream<CommandLine> walk(CommandLine line) {
    return Stream.concat(
        Stream.of(line), line.getSubcommands().values().stream().flatMap(HelpTest::walk));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_everyCommand_isGivenWithExamplesUnbroken(String command) {
    assertThat(run(words(command, "--help"))).isEqualTo(ExitCodes.DONE);

    assertThat(out).startsWith("Usage: " + command);
    CommandLine line =
        walk(Flipside.commandLine())
            .filter(each -> each.getCommandSpec().qualifiedName().equals(command))
            .findFirst()
            .orElseThrow();
    for (String each : line.getCommandSpec().usageMessage().footer()) {
      if (each.startsWith("  ")) {
        assertThat(out.lines()).contains(each.formatted());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_optionWithDefault_showsIt(String command) {
    CommandLine line =
        walk(Flipside.commandLine())
            .filter(each -> each.getCommandSpec().qualifiedName().equals(command))
            .findFirst()
            .orElseThrow();
    for (OptionSpec each : line.getCommandSpec().options()) {
      String text = String.join(" ", each.description());
      if (each.defaultValue() != null && each.arity().max() > 0) {
        assertThat(text).as(command + " " + each.longestName()).contains("default");
      }
    }
  }

  @Test
  void help_score_listsOptionsBySection() {
    run(List.of("score", "--help"));

    assertThat(out)
        .containsSubsequence("Input:", "--pool", "Model:", "--model", "Speed:", "--batch")
        .contains("(--grid=RxC | --region=HxW)");
  }

  @Test
  void usageError_misspelledOption_namesTheNearestAndHelp() {
    assertThat(run(List.of("score", "--modle", "m.onnx"))).isEqualTo(ExitCodes.BAD_USE);

    assertThat(err.lines())
        .containsExactly(
            "error: Unknown options: '--modle', 'm.onnx'",
            "Did you mean --model?",
            "See flipside score --help");
  }

  @Test
  void usageError_misspelledCommand_namesTheNearest() {
    assertThat(run(List.of("scor"))).isEqualTo(ExitCodes.BAD_USE);

    assertThat(err).contains("Did you mean score").endsWith("See flipside --help\n");
  }

  @Test
  void usageError_missingOption_isOneLineAndHelp() {
    assertThat(run(List.of("select", "-k", "3"))).isEqualTo(ExitCodes.BAD_USE);

    assertThat(err.lines())
        .containsExactly(
            "error: Missing required options: '--scores=FILE', '--out=FILE'",
            "See flipside select --help");
  }

  @Test
  void usageError_missingSubcommand_listsThem() {
    assertThat(run(List.of("models"))).isEqualTo(ExitCodes.BAD_USE);

    assertThat(err).contains("Missing required subcommand", "Commands: ", "activate");
  }

  @ParameterizedTest
  @EnumSource(CompletionCommand.Shell.class)
  void completion_shell_knowsCommandsAndOptions(CompletionCommand.Shell shell) {
    assertThat(run(List.of("completion", shell.name()))).isZero();

    assertThat(out).contains("labels", "history", "acquisition", "flip-entropy");
  }

  @Test
  void completion_optionsWithOneParameterName_haveTheirOwnValues() {
    assertThat(run(List.of("completion", "bash"))).isZero();

    assertThat(out)
        .contains(
            "local precision_option_args=(\"fp32\" \"fp16\")",
            "local input_layout_option_args=(\"nchw\" \"nhwc\")",
            "compReplyArray \"${provider_option_args[@]}\"",
            "compReplyArray \"${precision_option_args[@]}\"")
        .doesNotContain("P_option_args");
  }

  private static List<String> words(String command, String last) {
    return Stream.concat(Stream.of(command.split(" ", -1)).skip(1), Stream.of(last)).toList();
  }

  private int run(List<String> words) {
    CommandLine line = Flipside.commandLine();
    StringWriter standardOut = new StringWriter();
    StringWriter standardError = new StringWriter();
    line.setOut(new PrintWriter(standardOut));
    line.setErr(new PrintWriter(standardError));
    int exit = line.execute(words.toArray(String[]::new));
    out = standardOut.toString();
    err = standardError.toString();
    return exit;
  }
}
