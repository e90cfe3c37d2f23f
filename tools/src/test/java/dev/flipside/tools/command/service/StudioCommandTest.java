package dev.flipside.tools.command.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StudioCommandTest {
  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Flipside.commandLine();
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void classes_namesOrFileOfNames_haveDistinctColors() throws IOException {
    Path file = Files.writeString(folder.resolve("names.txt"), "\uFEFFroad\r\n\r\n car \r\n");
    for (String text : new String[] {"road, car", file.toString()}) {
      ClassMap classes = StudioCommand.classes(text);
      assertThat(classes.classes())
          .extracting(SegmentationClass::name)
          .containsExactly("road", "car");
      assertThat(classes.classes()).extracting(SegmentationClass::color).doesNotHaveDuplicates();
      assertThat(classes.ignoreIndex()).isEqualTo(255);
    }
    assertThat(StudioCommand.classes("camvid")).isEqualTo(ClassMap.CAMVID);
  }

  @Test
  void classes_repeatedName_isRefused() {
    assertThatThrownBy(() -> StudioCommand.classes("road,road"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("distinct names");
  }

  @Test
  void studio_badOptions_saysWhatIsWrong() {
    assertThat(run("studio", "--grid", "4")).isEqualTo(ExitCodes.BAD_USE);
    assertThat(run("studio", "--port", "0")).isEqualTo(ExitCodes.BAD_USE);
    assertThat(run("studio", "--train-every", "0")).isEqualTo(ExitCodes.BAD_USE);
    assertThat(run("studio", "--images", folder.resolve("none").toString()))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(err.toString())
        .contains("'--grid'", "'--port'", "'--train-every'", "none: no such folder");
  }

  @Test
  void agent_badOptions_saysWhatIsWrong() {
    assertThat(run("agent", "--held-out", "1")).isEqualTo(ExitCodes.BAD_USE);
    assertThat(run("agent", "--network", "resnet1")).isEqualTo(ExitCodes.BAD_USE);
    assertThat(err.toString()).contains("held out share 1.0", "resnet1");
  }
}
