package dev.flipside.api.image;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.api.job.ScoringJobs;
import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.model.Models;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.scoring.DiagnosticMap;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.inference.ScoredBatch;
import dev.flipside.scorer.inference.ScoringSessions;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Renders predictions and uncertainty of a model. Keeps the last used model loaded and processes
 * one request at a time; the others wait for a while, then are refused.
 */
@Singleton
public final class ModelPictures {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final ScoringJobs jobs;
  private final Models models;
  private final InferenceSettings inference;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable String loaded;

  @GuardedBy("lock")
  private @Nullable ScoringSessions sessions;

  private volatile @Nullable RunControl runs;

  @Inject
  ModelPictures(ScoringJobs jobs, Models models, InferenceSettings inference) {
    this.jobs = jobs;
    this.models = models;
    this.inference = inference;
  }

  /**
   * Returns model and strategy of the latest finished scoring with the campaign's strategy.
   *
   * @throws ApiProblem if there is no finished scoring
   */
  public ScoringJobRequest order(Campaign campaign) {
    return find(campaign)
        .orElseThrow(
            () ->
                ApiProblem.of(
                    ProblemType.NOT_SCORED,
                    "campaign \""
                        + campaign.id()
                        + "\": has no finished scoring, so there is no model to look through"));
  }

  /**
   * Returns model and strategy of the latest finished scoring with the campaign's strategy; nothing
   * as long as no model has scored the pool.
   */
  public Optional<ScoringJobRequest> find(Campaign campaign) {
    return jobs.newestDone(campaign.id(), campaign.plan().strategy()).map(jobs::order);
  }

  /** Overlays the per-pixel uncertainty on the image. */
  DecodedImage uncertainty(Campaign campaign, ScoringJobRequest order, DecodedImage image) {
    FloatBuffer map = picture(campaign, order, image, DiagnosticMap.UNCERTAINTY).asFloatBuffer();
    float[] values = new float[map.remaining()];
    map.get(values);
    return Paint.uncertainty(image, values);
  }

  /** Overlays the predicted classes on the image. */
  DecodedImage prediction(Campaign campaign, ScoringJobRequest order, DecodedImage image) {
    byte[] ids = predicted(campaign, order, image).ids();
    return Paint.prediction(image, ids, campaign.plan().classes());
  }

  /** Returns the predicted class of every pixel. */
  public LabelMap predicted(Campaign campaign, ScoringJobRequest order, DecodedImage image) {
    ByteBuffer map = picture(campaign, order, image, DiagnosticMap.ARGMAX);
    byte[] ids = new byte[map.remaining()];
    map.get(ids);
    return new LabelMap(image.size(), ids);
  }

  private ByteBuffer picture(
      Campaign campaign, ScoringJobRequest order, DecodedImage image, DiagnosticMap picture) {
    await();
    try {
      ScoredBatch batch =
          sessions(campaign, order).forImages(image.size()).runWithPictures(image.rgb());
      ByteBuffer map = batch.pictures().get(picture);
      if (map == null) {
        throw new IllegalStateException(picture + " was asked for and not drawn");
      }
      return map.rewind();
    } catch (CancellationException e) {
      throw ApiProblem.of(ProblemType.UNAVAILABLE, "the service stops; try again later");
    } finally {
      lock.unlock();
    }
  }

  /** Takes the lock. */
  private void await() {
    try {
      if (lock.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw ApiProblem.of(
            ProblemType.TOO_MANY, "the model is busy with other pictures; try again later")
        .with("retryAfterSeconds", LONGEST_WAIT.toSeconds());
  }

  @GuardedBy("lock")
  private ScoringSessions sessions(Campaign campaign, ScoringJobRequest order) {
    String wanted = order.key() + " " + campaign.plan().grid();
    ScoringSessions open = sessions;
    if (open == null || !wanted.equals(loaded)) {
      closeSessions();
      LoadedModel model = models.openFor(order.model(), campaign.plan().classes());
      if (!model.card().input().pixels().isColor()) {
        throw ApiProblem.of(
            ProblemType.UNUSABLE,
            model.file().name()
                + ": takes "
                + model.card().input().pixels()
                + "; pictures are drawn of models of colors alone");
      }
      // Random scores have no uncertainty map; use flip entropy instead.
      ScoringSpec head =
          inference.acquisition(order.strategy()).head().orElse(ScoringSpec.FLIP_ENTROPY);
      RunControl control = inference.newRunControl();
      runs = control;
      open =
          new ScoringSessions(
              size ->
                  ScoringGraph.graft(
                      model.file(),
                      model.card(),
                      new ScoringRequest(
                          campaign.plan().grid().on(size),
                          1,
                          head,
                          EnumSet.of(DiagnosticMap.UNCERTAINTY, DiagnosticMap.ARGMAX))),
              inference.session().with(control));
      sessions = open;
      loaded = wanted;
    }
    return open;
  }

  /** Ends the run in progress. */
  void stop(@Observes ShutdownEvent event) {
    RunControl running = runs;
    if (running != null) {
      running.end();
    }
  }

  @PreDestroy
  void close() {
    lock.lock();
    try {
      closeSessions();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void closeSessions() {
    if (sessions != null) {
      sessions.close();
      sessions = null;
      loaded = null;
    }
  }
}
