package dev.flipside.tools.command;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.PoolScorer;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.scorer.ScoringSummary;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.ScoresWriter;
import dev.flipside.tools.console.ConsoleProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * Scores a pool into a file, or what an earlier run left out.
 *
 * @param pool all images
 * @param out the score file
 * @param resume whether to keep what an earlier run wrote
 */
record ScoringRun(Pool pool, Path out, boolean resume, CommonOptions common) {
  ScoringSummary score(
      LoadedModel model, ScoringOptions options, SortedMap<String, String> settings)
      throws IOException {
    try (ScoresWriter scores =
            resume
                ? ScoresWriter.resume(
                    out, settings, pool.images().stream().map(PoolImage::id).toList())
                : ScoresWriter.create(out, settings);
        ConsoleProgress progress = ConsoleProgress.onStandardError("Scoring", "images")) {
      Pool missing = pool.where(image -> !scores.has(image.id()));
      if (scores.kept() > 0) {
        common.err().println(scores.kept() + " images were scored by an earlier run");
      }
      ScoringSummary summary = new PoolScorer(model, options).score(missing, scores, progress);
      scores.complete();
      return summary;
    }
  }
}
