package dev.flipside.api.model;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pipeline.ScoringOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** How this service runs models. */
@Singleton
public final class InferenceSettings {
  /** Passes with dropout kept on, for the acquisitions that compare passes. */
  private static final int PASSES = 10;

  /** Random scores are the same for everybody who asks this service. */
  private static final long SEED = 0;

  private final FlipsideConfig.Scoring config;

  @Inject
  InferenceSettings(FlipsideConfig config) {
    this.config = config.scoring();
  }

  /**
   * An acquisition by its name.
   *
   * @throws ApiProblem if there is none of that name
   */
  public Acquisition acquisition(String name) {
    try {
      return Acquisition.parse(name, PASSES, SEED);
    } catch (IllegalArgumentException e) {
      throw ApiProblem.of(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  /** Options that score images at their own size. */
  public ScoringOptions options(GridSpec grid, Acquisition acquisition) {
    return ScoringOptions.builder(grid, acquisition)
        .batch(config.batch())
        .decodeThreads(config.decodeThreads())
        .session(session())
        .build();
  }

  /**
   * What runs models here, and why.
   *
   * @throws dev.flipside.models.domain.FlipsideException if the configured provider does not work
   *     here
   */
  public String provider() {
    return ExecutionProviders.choose(session()).toString();
  }

  /** Provider and threads as configured. */
  public SessionOptions session() {
    int threads =
        config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
    return SessionOptions.of(ExecutionProvider.parse(config.provider()), threads);
  }
}
