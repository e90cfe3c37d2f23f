package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.scores.ScoreFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What an interrupted run has left beside its score file.
 *
 * @param out the score file
 */
record UnfinishedScores(Path out) {
  /**
   * Checks that no scores are lost by starting anew.
   *
   * @throws FlipsideException if an interrupted run left some
   */
  void requireNone() {
    Path part = ScoreFileWriter.part(out);
    long images = images();
    if (images > 0) {
      throw new FlipsideException(
          part
              + ": an interrupted run has scored "
              + images
              + (images == 1 ? " image" : " images")
              + "; go on with --resume, or begin anew with --force");
    }
  }

  /** Returns one line for a run that is being stopped. */
  String kept() {
    long images = images();
    return images == 0
        ? "stopped; nothing is scored yet"
        : "stopped; the scores of "
            + images
            + (images == 1 ? " image" : " images")
            + " are kept in "
            + ScoreFileWriter.part(out)
            + ", go on with --resume";
  }

  private long images() {
    Path part = ScoreFileWriter.part(out);
    if (!Files.isRegularFile(part)) {
      return 0;
    }
    // Failures have no scores, and are not kept.
    try (Stream<String> lines = Files.lines(part)) {
      return lines.filter(each -> each.contains("\"scores\":") && each.endsWith("}")).count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }
}
