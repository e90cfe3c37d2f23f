package dev.flipside.tools.command;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.command.options.NetworkOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.StepProgress;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.RunOptions;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.TrainingResult;
import dev.flipside.trainer.TrainingRun;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.loss.Losses;
import dev.flipside.trainer.loss.SelfConsistency;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.time.Clock;
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
      "  flipside train --data camvid --size 180x240 --depth 18 --epochs 30 --out runs/resnet18"
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
      names = "--rate-every",
      paramLabel = "E",
      description =
          "Epochs after which the learning rate is multiplied by --rate-factor, 0 for never"
              + " (default: the stage's).")
  private @Nullable Integer rateEvery;

  @Option(
      names = "--rate-factor",
      paramLabel = "F",
      defaultValue = "0.1",
      description = "See --rate-every (default: ${DEFAULT-VALUE}).")
  private double rateFactor;

  @Option(
      names = "--flip-probability",
      paramLabel = "P",
      defaultValue = "0.5",
      description = "Probability that a batch is mirrored (default: ${DEFAULT-VALUE}).")
  private double flipProbability;

  @Option(
      names = "--loader-threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that decode images ahead (default: ${DEFAULT-VALUE}).")
  private int loaderThreads;

  @Option(
      names = "--class-weights",
      paramLabel = "W,...",
      split = ",",
      description =
          "Weights of the classes in the cross-entropy, in the order of the class map"
              + " (default: all equal).")
  private List<Float> classWeights = List.of();

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
        "paper: both views carry gradient; stop-gradient: each is drawn to the other held fixed"
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
      names = "--val-split",
      paramLabel = "NAME",
      description = "Split to validate with after every epoch; the best weights are exported.")
  private @Nullable String validationSplit;

  @Option(
      names = "--backbone",
      paramLabel = "FILE",
      description =
          "Weights of the backbone (.safetensors, .pth, .onnx); the head starts at random.")
  private @Nullable Path backbone;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights of the whole network (.safetensors, .pth, .onnx).")
  private @Nullable Path weights;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "0",
      description = "Write a checkpoint after so many steps, besides every epoch's.")
  private int checkpointEvery;

  @Option(names = "--fold", description = "Fold batch normalisation into the exported model.")
  private boolean fold;

  @Option(names = "--resume", description = "Take up the run in --out where it was stopped.")
  private boolean resume;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Run folder: model.onnx, metrics.csv, checkpoint and best weights.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Override
  public Integer call() {
    TrainingPlan plan = common.usage(this::plan);
    RunOptions options =
        common.usage(() -> new RunOptions(out, backbone, weights, resume, checkpointEvery, fold));
    if (stage == Stage.FINAL && backbone == null && weights == null) {
      common
          .err()
          .println(
              "flipside train: the final stage starts from random weights; the paper's starts from a"
                  + " backbone trained on ImageNet (--backbone FILE)");
    }
    ClassMap classes = dataset.classMap(common);
    require(classes);
    TrainingData data = TrainingData.of(dataset.split(split), classes);
    TrainingData validation =
        validationSplit == null ? null : TrainingData.of(dataset.split(validationSplit), classes);
    TrainingResult result;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Training", "steps")) {
      result =
          StopAtOnce.call(
              () ->
                  TrainingRun.run(
                      plan,
                      data,
                      validation,
                      options,
                      new StepProgress(progress, 0, plan.epochs()),
                      Clock.systemUTC()));
    }
    common.out().println("trained " + result.steps() + " steps: " + result.model());
    return ExitCodes.DONE;
  }

  private void require(ClassMap classes) {
    common.require(
        classWeights.isEmpty() || classWeights.size() == classes.count(),
        "--class-weights",
        classWeights.size() + " weights",
        "one for each of the " + classes.count() + " classes");
  }

  private TrainingPlan plan() {
    NetworkShape shape = network.shape();
    TrainingPlan plan =
        switch (stage) {
          case SELECT -> TrainingPlan.select(shape, network.size(), seed);
          case FINAL -> TrainingPlan.finalStage(shape, network.size(), seed);
        };
    double weight = consistency != null ? consistency : views == 2 ? 1 : 0;
    plan = network.override(plan).withLosses(new Losses(views, weight, gradient, classWeights));
    plan = plan.withFlipProbability(flipProbability).withLoaderThreads(loaderThreads);
    if (rateEvery != null) {
      plan =
          plan.withLearningRate(
              new LearningRate(plan.learningRate().initial(), rateEvery, rateFactor));
    }
    return epochs == null ? plan : plan.withEpochs(epochs);
  }
}
