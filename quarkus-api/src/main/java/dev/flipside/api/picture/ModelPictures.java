package dev.flipside.api.picture;

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
import dev.flipside.models.scoring.ScoringHead;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.inference.ScoredBatch;
import dev.flipside.scorer.inference.ScoringSessions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Renders predictions and uncertainty of a model. Keeps the last used model loaded and processes
 * one request at a time.
 */
@Singleton
public final class ModelPictures {
  private final ScoringJobs jobs;
  private final Models models;
  private final InferenceSettings inference;

  private @Nullable String loaded;
  private @Nullable ScoringSessions sessions;

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
    return jobs.newestDone(campaign.id(), campaign.plan().strategy())
        .map(jobs::order)
        .orElseThrow(
            () ->
                ApiProblem.of(
                    ProblemType.NOT_SCORED,
                    "campaign \""
                        + campaign.id()
                        + "\": has no finished scoring, so there is no model to look through"));
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

  private synchronized ByteBuffer picture(
      Campaign campaign, ScoringJobRequest order, DecodedImage image, DiagnosticMap picture) {
    ScoredBatch batch =
        sessions(campaign, order).forImages(image.size()).runWithPictures(image.rgb());
    ByteBuffer map = batch.pictures().get(picture);
    if (map == null) {
      throw new IllegalStateException(picture + " was asked for and not drawn");
    }
    return map.rewind();
  }

  private synchronized ScoringSessions sessions(Campaign campaign, ScoringJobRequest order) {
    String wanted = order.key() + " " + campaign.plan().grid();
    ScoringSessions open = sessions;
    if (open == null || !wanted.equals(loaded)) {
      close();
      LoadedModel model = models.openFor(order.model(), campaign.plan().classes());
      // Random scores have no uncertainty map; use flip entropy instead.
      ScoringHead head =
          inference.acquisition(order.strategy()).head().orElse(ScoringHead.FLIP_ENTROPY);
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
              inference.session());
      sessions = open;
      loaded = wanted;
    }
    return open;
  }

  @PreDestroy
  synchronized void close() {
    if (sessions != null) {
      sessions.close();
      sessions = null;
      loaded = null;
    }
  }
}
