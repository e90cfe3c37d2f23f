package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.report.SampleRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void report_run_writesThePageWhereToldTo() throws IOException {
    Path run = new SampleRun(folder.resolve("run")).measured("equal+", 0, 8, 0.4).write();
    Path page = folder.resolve("page.html");

    assertThat(execute("report", run.toString())).as(err.toString()).isEqualTo(ExitCodes.DONE);
    assertThat(execute("report", run.toString(), "--out", page.toString()))
        .isEqualTo(ExitCodes.DONE);

    assertThat(out.toString()).contains("report: " + run.resolve("report.html"));
    assertThat(page).hasSameTextualContentAs(run.resolve("report.html"));
  }

  @Test
  void report_folderOfSomethingElse_failsWithOneSentence() {
    assertThat(execute("report", folder.toString())).isEqualTo(ExitCodes.FAILED);

    assertThat(err.toString()).contains("run.json: no such file").doesNotContain("\tat ");
  }

  @Test
  void report_noFolderNamed_isBadUse() {
    assertThat(execute("report")).isEqualTo(ExitCodes.BAD_USE);
  }

  private int execute(String... words) {
    return Flipside.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }
}
