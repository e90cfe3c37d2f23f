package dev.flipside.tools.simulation;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.tools.console.StepProgress;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The network that selects. Owns its training until closed. */
final class Learner implements AutoCloseable {
  private final TrainingPlan plan;
  private final ClassMap classes;
  private final Optional<Path> backbone;
  private final ProgressReporter stages;
  private SegmentationTraining training;

  /**
   * A network with the random initial weights of the plan's seed.
   *
   * @param backbone file of pretrained weights of the backbone
   * @param stages told what the training is at; borrowed
   */
  Learner(TrainingPlan plan, ClassMap classes, Optional<Path> backbone, ProgressReporter stages) {
    this.plan = plan;
    this.classes = classes;
    this.backbone = backbone;
    this.stages = stages;
    this.training = start();
  }

  private SegmentationTraining start() {
    SegmentationTraining started = SegmentationTraining.start(plan, classes);
    backbone.ifPresent(file -> PretrainedWeights.loadBackbone(file, started.network()));
    return started;
  }

  /** Begins again from the initial weights. */
  void restart() {
    training.close();
    training = start();
  }

  /** Trains on. */
  void train(TrainingData data, int epochs, String task) {
    stages.run(
        task,
        "steps",
        progress -> {
          training.train(data, epochs, new StepProgress(progress, training.epoch(), epochs));
          return null;
        });
  }

  /** Writes weights and optimiser state, which {@link #resume} reads into a new learner. */
  void checkpoint(Path file, String dataDigest) {
    training.checkpoint(file, dataDigest, Map.of());
  }

  /** Takes up where a checkpoint was written. */
  void resume(Path file, String dataDigest) {
    training.resume(file, dataDigest);
  }

  /**
   * Writes the network as it is, with its card, and opens it as a scorer would.
   *
   * @param sample images to check the export with
   */
  LoadedModel export(Path file, String dataDigest, TrainingData sample) {
    ModelCard card = training.card(dataDigest, Instant.now(), Map.of());
    training.export(card, file, false, sample);
    return ModelSource.open(file, null, CardOverrides.NONE);
  }

  @Override
  public void close() {
    training.close();
  }
}
