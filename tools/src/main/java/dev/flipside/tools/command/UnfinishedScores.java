package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.scores.ScoreFileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an interrupted run has left beside its score file.
 *
 * @param out the score file
 */
record UnfinishedScores(Path out) {
  /** Suffixes of the files of a run: a plain one, and the stages of a cascade. */
  private static final List<String> STAGES = List.of("", ".estimates", ".refined", ".exact");

  /**
   * Checks that no scores are lost by starting anew.
   *
   * @throws FlipsideException if an interrupted run left some
   */
  void requireNone() {
    for (String stage : STAGES) {
      Path part = part(stage);
      long images = images(part);
      if (images > 0) {
        throw new FlipsideException(
            part
                + ": an interrupted run has scored "
                + images
                + (images == 1 ? " image" : " images")
                + "; go on with --resume, or begin anew with --force");
      }
    }
  }

  /** Returns one line for a run that is being stopped. */
  String kept() {
    StringBuilder kept = new StringBuilder("stopped");
    for (String stage : STAGES) {
      Path part = part(stage);
      long images = images(part);
      if (images > 0) {
        kept.append("; the scores of ")
            .append(images)
            .append(images == 1 ? " image" : " images")
            .append(" are kept in ")
            .append(part);
      }
    }
    return kept.append("; go on with --resume").toString();
  }

  private Path part(String stage) {
    return ScoreFileWriter.part(out.resolveSibling(out.getFileName() + stage));
  }

  private static long images(Path part) {
    if (!Files.isRegularFile(part)) {
      return 0;
    }
    // Failures have no scores, and are not kept.
    try (Stream<String> lines = Files.lines(part)) {
      return lines.filter(each -> each.contains("\"scores\":") && each.endsWith("}")).count();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
