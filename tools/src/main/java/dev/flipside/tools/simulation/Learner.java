package dev.flipside.tools.simulation;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.vocab.RegionGrid;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.tools.console.StepProgress;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.data.PartlyLabelled;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.loss.Losses;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The network of an arm, trained on what is labelled so far. Owns its training until closed. */
final class Learner implements AutoCloseable {
  private final TrainingPlan plan;
  private final SimulationData data;
  private final RegionGrid grid;
  private final Stages stages;
  private SegmentationTraining training;

  Learner(
      TrainingPlan plan,
      Losses losses,
      long seed,
      SimulationData data,
      RegionGrid grid,
      Stages stages) {
    this.plan = plan.withLosses(losses).withSeed(seed);
    this.data = data;
    this.grid = grid;
    this.stages = stages;
    this.training = SegmentationTraining.start(this.plan, data.classes());
  }

  /** Begins again from the initial weights of the seed. */
  void restart() {
    training.close();
    training = SegmentationTraining.start(plan, data.classes());
  }

  /**
   * Trains for the plan's epochs on every image that has a labelled region; does nothing while
   * there is none.
   */
  void train(LabelledRegions labelled, String task) {
    if (labelled.count() == 0) {
      return;
    }
    TrainingData images = visible(labelled);
    stages.run(
        task,
        "steps",
        progress -> {
          training.train(
              images, plan.epochs(), new StepProgress(progress, training.epoch(), plan.epochs()));
          return null;
        });
  }

  /** Writes the network as it is, with its card, and opens it as a scorer would. */
  LoadedModel export(LabelledRegions labelled, Path file) {
    // Nothing labelled yet: any image will do to check the export with.
    TrainingData sample =
        labelled.count() == 0
            ? new TrainingData(List.of(partly(data.pool().get(0), labelled)), data.classes())
            : visible(labelled);
    ModelCard card =
        training.card(labelled.count() == 0 ? "none" : sample.digest(), Instant.now(), Map.of());
    training.export(card, file, false, sample);
    return ModelSource.open(file, null, CardOverrides.NONE);
  }

  private TrainingData visible(LabelledRegions labelled) {
    List<PartlyLabelled> images =
        data.pool().stream()
            .filter(each -> !labelled.of(each.image().id()).isEmpty())
            .map(each -> partly(each, labelled))
            .toList();
    return new TrainingData(images, data.classes());
  }

  private PartlyLabelled partly(LabelledImage image, LabelledRegions labelled) {
    return new PartlyLabelled(
        image.image(),
        () ->
            labelled.reveal(
                image.image().id(), data.truth(image, grid.image()), grid, data.classes()));
  }

  @Override
  public void close() {
    training.close();
  }
}
