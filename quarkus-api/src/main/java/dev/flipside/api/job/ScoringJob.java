package dev.flipside.api.job;

import dev.flipside.api.access.AllowedFolders;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.ScoreWriter;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.model.Models;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.ScoreSink;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores the images of a campaign that a model has not scored yet. Images scored by an earlier run
 * of the job are skipped.
 */
@Singleton
final class ScoringJob {
  /** A killed process loses at most the scores of this period. */
  private static final long WRITE_EVERY_NANOS = 2_000_000_000L;

  private final CampaignStore store;
  private final Models models;
  private final InferenceSettings inference;
  private final AllowedFolders allowed;
  private final Counter scored;
  private final Counter failed;

  @Inject
  ScoringJob(
      CampaignStore store,
      Models models,
      InferenceSettings inference,
      AllowedFolders allowed,
      MeterRegistry meters) {
    this.store = store;
    this.models = models;
    this.inference = inference;
    this.allowed = allowed;
    this.scored = meters.counter("flipside.images", "result", "scored");
    this.failed = meters.counter("flipside.images", "result", "failed");
  }

  /**
   * Scores the missing images.
   *
   * @param runs ends the runs of the model
   * @throws java.util.concurrent.CancellationException if the runs were ended
   * @throws FlipsideException if the campaign or the model cannot be used
   */
  @SuppressWarnings("try") // close() flushes the writer, which is used again
  ScoringJobResult run(Job job, JobHeartbeat pulse, RunControl runs) {
    Campaign campaign = store.find(String.valueOf(job.campaign())).orElseThrow();
    ScoringJobRequest order = ScoringJobRequest.fromJson(job.request());
    Scorer scorer = scorer(campaign, order, runs);
    Results results = new Results();
    Pool waiting = waiting(campaign, order, results);
    long before = store.scoredImages(campaign.id(), order.key().toString());
    long total = store.progress(campaign.id()).images();
    pulse.at(before, total, "");
    long start = System.nanoTime();
    try (ScoreWriter writer = store.scoreWriter(campaign.id(), order.key().toString())) {
      long[] written = {System.nanoTime()};
      scorer.score(
          waiting,
          result -> {
            results.note(result);
            writer.accept(result);
            if (System.nanoTime() - written[0] > WRITE_EVERY_NANOS) {
              writer.close();
              written[0] = System.nanoTime();
            }
          },
          (done, ofThese, note) -> {
            String pace = Pace.of(done, ofThese, System.nanoTime() - start);
            pulse.at(before + done, total, note.isEmpty() ? pace : pace + "; " + note);
          });
    }
    return new ScoringJobResult(before + results.scored, results.failures, results.listed);
  }

  /** Scores a pool. */
  @FunctionalInterface
  private interface Scorer {
    void score(Pool pool, ScoreSink sink, Progress progress);
  }

  private Scorer scorer(Campaign campaign, ScoringJobRequest order, RunControl runs) {
    if (order.equals(ScoringJobRequest.COLD_START)) {
      return (pool, sink, progress) ->
          ColdStart.of(store, campaign).score(pool, sink, progress, runs);
    }
    Acquisition acquisition = inference.acquisition(order.strategy());
    LoadedModel model = models.openFor(order.model(), campaign.plan().classes());
    return new PoolScorer(model, inference.options(campaign.plan().grid(), acquisition, runs))
        ::score;
  }

  private Pool waiting(Campaign campaign, ScoringJobRequest order, Results results) {
    Path root = campaign.plan().poolRoot();
    if (!allowed.holds(root)) {
      throw new FlipsideException(
          "pool "
              + root
              + ": the folder is gone or no longer below a configured root; bring it back, or start"
              + " the service with --root for it");
    }
    List<PoolImage> images = new ArrayList<>();
    store.unscoredImages(
        campaign.id(),
        order.key().toString(),
        id -> {
          Path file = root.resolve(id);
          if (Files.exists(file) && !allowed.holds(file)) {
            results.note(
                new ImageFailure(id, "a link that leaves the configured roots; it is not read"));
          } else {
            images.add(new PoolImage(id, file));
          }
        });
    return new Pool(root, images);
  }

  /** Counts scored and failed images. */
  private final class Results {
    private long scored;
    private long failures;
    private final List<ImageFailure> listed = new ArrayList<>();

    void note(ImageResult result) {
      if (result instanceof ImageFailure failure) {
        failures++;
        failed.increment();
        if (listed.size() < ScoringJobResult.LISTED) {
          listed.add(failure);
        }
      } else {
        scored++;
        ScoringJob.this.scored.increment();
      }
    }
  }
}
