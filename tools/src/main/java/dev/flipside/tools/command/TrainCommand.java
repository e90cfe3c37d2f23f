package dev.flipside.tools.command;

import dev.flipside.models.vocab.ClassMap;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.StepProgress;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.export.OnnxExporter;
import dev.flipside.trainer.loss.Losses;
import dev.flipside.trainer.loss.SelfConsistency;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside train}. */
@Command(
    name = "train",
    description = {
      "Train an FCN on a ResNet with cross-entropy on the labelled pixels and flip self-consistency"
          + " on all of them, and write it as ONNX. Pixels with the ignore index count as unlabelled."
    },
    footer = {
      "",
      "Example:",
      "  flipside train --data camvid --size 180x240 --depth 18 --epochs 30 --out model.onnx"
    })
public final class TrainCommand implements Callable<Integer> {
  /** Which stage's settings to start from. */
  enum Stage {
    SELECT,
    FINAL
  }

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private DatasetOptions dataset = new DatasetOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "train",
      description = "Split to train on (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String split;

  @Option(
      names = "--stage",
      paramLabel = "S",
      defaultValue = "select",
      description = {
        "Settings to start from (default: ${DEFAULT-VALUE}). select: one epoch at a constant rate;"
            + " final: 60 epochs, rate times 0.1 every 20."
      })
  @SuppressWarnings("NullAway.Init")
  private Stage stage;

  @Option(names = "--epochs", paramLabel = "E", description = "Epochs (default: the stage's).")
  private @Nullable Integer epochs;

  @Option(
      names = "--views",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "2: cross-entropy of the image and its mirror image; 1: of the image alone"
              + " (default: ${DEFAULT-VALUE}).")
  private int views;

  @Option(
      names = "--consistency",
      paramLabel = "W",
      description = "Weight of the self-consistency loss (default: 1 with two views, 0 with one).")
  private @Nullable Double consistency;

  @Option(
      names = "--consistency-gradient",
      paramLabel = "G",
      defaultValue = "paper",
      description = {
        "paper: both views carry gradient; stop_gradient: each is drawn to the other held fixed"
            + " (default: ${DEFAULT-VALUE})."
      })
  @SuppressWarnings("NullAway.Init")
  private SelfConsistency gradient;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of weights, order, flips and dropout (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "M.onnx",
      description = "Model to write, with its card inside.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Override
  public Integer call() {
    TrainingPlan plan = common.usage(this::plan);
    ClassMap classes = dataset.classMap(common);
    TrainingData data = TrainingData.of(dataset.split(split), classes);
    try (SegmentationTraining training = SegmentationTraining.start(plan, classes);
        ConsoleProgress progress = ConsoleProgress.onStandardError("Training", "steps")) {
      training.train(
          data, plan.epochs(), new StepProgress(progress, training.epoch(), plan.epochs()));
      OnnxExporter.export(training.network(), training.card(data.digest(), Instant.now()), out);
    }
    common.out().println("model: " + out);
    return 0;
  }

  private TrainingPlan plan() {
    NetworkShape shape = network.shape();
    TrainingPlan plan =
        switch (stage) {
          case SELECT -> TrainingPlan.select(shape, network.size(), seed);
          case FINAL -> TrainingPlan.finalStage(shape, network.size(), seed);
        };
    double weight = consistency != null ? consistency : views == 2 ? 1 : 0;
    plan = network.override(plan).withLosses(new Losses(views, weight, gradient, List.of()));
    return epochs == null ? plan : plan.withEpochs(epochs);
  }
}
