package dev.flipside.scorer.pipeline;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ScoresWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * Scores a pool into a score file. The scores of an interrupted run are kept next to the file and
 * can be resumed. >
 *
 * @param pool all images
 * @param out the score file
 * @param resume whether to keep the results of an interrupted run
 */
public record ScoreFileRun(Pool pool, Path out, boolean resume) {
  /**
   * Result of a run. >
   *
   * @param kept number of images scored by the interrupted run
   * @param summary summary of the images scored by this run
   */
  public record Outcome(long kept, ScoringSummary summary) {}

  /**
   * Scores every image that is not in the file yet. >
   *
   * @param settings settings the scores depend on; a file with other settings is refused
   * @throws dev.flipside.models.domain.FlipsideException if the file has other settings, or as
   *     {@link PoolScorer#score}
   * @throws IOException if the file cannot be written
   */
  public Outcome score(
      LoadedModel model,
      ScoringOptions options,
      SortedMap<String, String> settings,
      Progress progress)
      throws IOException {
    try (ScoresWriter scores =
        resume
            ? ScoresWriter.resume(out, settings, pool.images().stream().map(PoolImage::id).toList())
            : ScoresWriter.create(out, settings)) {
      Pool missing = pool.where(image -> !scores.has(image.id()));
      ScoringSummary summary = new PoolScorer(model, options).score(missing, scores, progress);
      scores.complete();
      return new Outcome(scores.kept(), summary);
    }
  }
}
