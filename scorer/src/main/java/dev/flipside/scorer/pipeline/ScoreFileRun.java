package dev.flipside.scorer.pipeline;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ScoreFileWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.LongConsumer;

/**
 * Scores a pool into a score file. An interrupted run leaves its scores beside the file and can be
 * resumed.
 *
 * @param pool all images
 * @param out the score file
 * @param resume whether to keep what an interrupted run wrote
 */
public record ScoreFileRun(Pool pool, Path out, boolean resume) {
  /**
   * Scores every image that is not in the file yet.
   *
   * @param settings what the scores depend on; a file of other settings is refused
   * @param kept receives the number of images that an interrupted run had scored, before the others
   *     are scored
   * @return the summary of the images scored by this run
   * @throws dev.flipside.models.domain.FlipsideException if the file belongs to other settings, or
   *     as {@link PoolScorer#score}
   * @throws IOException if the file cannot be written
   */
  public ScoringSummary score(
      LoadedModel model,
      ScoringOptions options,
      SortedMap<String, String> settings,
      Progress progress,
      LongConsumer kept)
      throws IOException {
    try (ScoreFileWriter scores =
        resume
            ? ScoreFileWriter.resume(
                out, settings, pool.images().stream().map(PoolImage::id).toList())
            : ScoreFileWriter.create(out, settings)) {
      kept.accept(scores.kept());
      Pool missing = pool.where(image -> !scores.has(image.id()));
      ScoringSummary summary = new PoolScorer(model, options).score(missing, scores, progress);
      scores.complete();
      return summary;
    }
  }
}
