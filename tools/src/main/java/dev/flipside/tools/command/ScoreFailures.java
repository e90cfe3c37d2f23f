package dev.flipside.tools.command;

import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.console.ExitCodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Names the first images of a score file that failed, with their reasons. */
final class ScoreFailures {
  private static final int MOST_NAMED = 5;

  private final List<ImageFailure> first = new ArrayList<>();
  private long failed;
  private long images;

  private ScoreFailures() {}

  /**
   * Prints the failures.
   *
   * @return the exit code: failure if no image has scores
   */
  static int report(Path scores, CommonOptions common) {
    ScoreFailures failures = new ScoreFailures();
    ScoreFile.read(
        scores,
        result -> {
          failures.images++;
          if (result instanceof ImageFailure failure) {
            failures.failed++;
            if (failures.first.size() < MOST_NAMED) {
              failures.first.add(failure);
            }
          }
        });
    for (ImageFailure each : failures.first) {
      common.err().println("failed: " + each.image() + ": " + each.error());
    }
    if (failures.failed > failures.first.size()) {
      common
          .err()
          .println(
              "failed: "
                  + (failures.failed - failures.first.size())
                  + " more, with their reasons in "
                  + scores);
    }
    boolean all = failures.failed == failures.images;
    if (all) {
      common.err().println("error: no image could be scored");
    }
    return all ? ExitCodes.FAILED : failures.failed > 0 ? ExitCodes.PARTLY_DONE : ExitCodes.DONE;
  }
}
