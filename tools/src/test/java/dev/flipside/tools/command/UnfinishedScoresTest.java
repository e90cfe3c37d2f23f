package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedScoresTest {
  @TempDir private Path folder;

  @Test
  void kept_linesOfAnInterruptedRun_countsThoseWithScores() throws IOException {
    Files.writeString(
        folder.resolve("s.jsonl.part"),
        "{\"image\":\"a.png\",\"scores\":[1]}\n{\"image\":\"b.png\",\"error\":\"x\"}\n"
            + "{\"image\":\"c.png\",\"scores\":[1]}\n{\"image\":\"d.png\",\"sco");
    UnfinishedScores unfinished = new UnfinishedScores(folder.resolve("s.jsonl"));

    assertThat(unfinished.kept())
        .contains("the scores of 2 images are kept", "go on with --resume");
    assertThatThrownBy(unfinished::requireNone)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("has scored 2 images", "--force");
  }

  @Test
  void requireNone_interruptedStageOfACascade_isRefused() throws IOException {
    Files.writeString(
        folder.resolve("s.jsonl.exact.part"), "{\"image\":\"a.png\",\"scores\":[1]}\n");
    UnfinishedScores unfinished = new UnfinishedScores(folder.resolve("s.jsonl"));

    assertThatThrownBy(unfinished::requireNone).hasMessageContaining("exact.part");
    assertThat(unfinished.kept()).contains("of 1 image are kept in ", "s.jsonl.exact.part");
  }

  @Test
  void requireNone_noInterruptedRun_passes() {
    UnfinishedScores unfinished = new UnfinishedScores(folder.resolve("s.jsonl"));

    unfinished.requireNone();

    assertThat(unfinished.kept()).isEqualTo("stopped; go on with --resume");
  }
}
