package dev.flipside.api.model;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pipeline.ScoringOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Inference settings of the service. */
@Singleton
public final class InferenceSettings {
  /** Number of stochastic passes (MC dropout) for acquisition functions that need them. */
  private static final int PASSES = 10;

  /** Fixed seed, so that random scores are the same for all requests. */
  private static final long SEED = 0;

  private final FlipsideConfig.Scoring config;

  @Inject
  InferenceSettings(FlipsideConfig config) {
    this.config = config.scoring();
  }

  /**
   * Returns an acquisition function by name.
   *
   * @throws ApiProblem if the name is unknown
   */
  public Acquisition acquisition(String name) {
    try {
      return Acquisition.parse(name, PASSES, SEED);
    } catch (IllegalArgumentException e) {
      throw ApiProblem.of(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  /** Returns a control for runs, which ends each one that takes longer than configured. */
  public RunControl newRunControl() {
    return RunControl.ofLimit(config.imageTimeout());
  }

  /**
   * Returns options to score images at their original size.
   *
   * @param runs ends runs
   */
  public ScoringOptions options(GridSpec grid, Acquisition acquisition, RunControl runs) {
    return ScoringOptions.builder(grid, acquisition)
        .batch(config.batch())
        .decodeThreads(config.decodeThreads())
        .session(session().with(runs))
        .build();
  }

  /**
   * Returns the execution provider in use, with the reason.
   *
   * @throws dev.flipside.models.domain.FlipsideException if the configured provider is not
   *     available
   */
  public String provider() {
    return ExecutionProviders.choose(session()).toString();
  }

  /** Returns the configured provider, devices and threads. */
  public SessionOptions session() {
    int threads =
        config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
    try {
      return SessionOptions.of(ExecutionProvider.parse(config.provider()), threads)
          .on(config.device());
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(
          "flipside.scoring.provider and flipside.scoring.device: " + e.getMessage(), e);
    }
  }
}
