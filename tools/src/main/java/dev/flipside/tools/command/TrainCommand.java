package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.command.training.InitialWeights;
import dev.flipside.tools.command.training.NetworkOptions;
import dev.flipside.tools.command.training.Schedule;
import dev.flipside.tools.command.training.TrackingOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.HaltOnSignal;
import dev.flipside.tools.console.StepProgress;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.tracking.TrackedRun;
import dev.flipside.tools.tracking.TrackedTraining;
import dev.flipside.tools.tracking.Tracking;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.RunOptions;
import dev.flipside.trainer.TrainingListener;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.TrainingResult;
import dev.flipside.trainer.TrainingRun;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.SecondView;
import dev.flipside.trainer.loss.SelfConsistency;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code flipside train}. */
@Command(
    name = "train",
    description = {
      "Train a segmentation network with cross-entropy on the labelled pixels and self-consistency"
          + " on all pixels, and export it to ONNX. Pixels with the ignore index are unlabelled."
    },
    footer = {
      "",
      "Images without labels (layout pool) are used for self-consistency only.",
      "",
      "Examples:",
      "  flipside train --data camvid --size 180x240 --depth 18 --epochs 30 --out runs/resnet18",
      "  flipside train --data mine --classes classes.json --size 360x480 --epochs 30 --out runs/1"
    })
public final class TrainCommand implements Callable<Integer> {
  /** Stage of EquAL whose settings are the defaults. */
  enum Stage {
    SELECT,
    FINAL
  }

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private DatasetOptions dataset = new DatasetOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private TrackingOptions trackingOptions = new TrackingOptions();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to train on (default: train; all with layout pool).")
  @Section(Section.INPUT)
  private @Nullable String split;

  @Option(
      names = "--stage",
      paramLabel = "S",
      defaultValue = "select",
      description = {
        "Default settings. select: 1 epoch, constant learning rate; final: 60 epochs,"
            + " learning rate times 0.1 every 20 epochs (default: ${DEFAULT-VALUE})."
      })
  @Section(Section.TRAINING)
  @SuppressWarnings("NullAway.Init")
  private Stage stage;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      description = "Number of epochs (default: depends on --stage).")
  @Section(Section.TRAINING)
  private @Nullable Integer epochs;

  @Option(
      names = "--schedule",
      paramLabel = "S",
      defaultValue = "steps",
      description =
          "Learning rate schedule. steps: see --rate-every; poly: decays to 0 as (1 - t)^0.9 over"
              + " the training (default: ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  @SuppressWarnings("NullAway.Init")
  private Schedule schedule;

  @Option(
      names = "--rate-every",
      paramLabel = "N",
      description =
          "Multiply the learning rate by --rate-factor every N epochs (0: never;"
              + " default: depends on --stage).")
  @Section(Section.TRAINING)
  private @Nullable Integer rateEvery;

  @Option(
      names = "--rate-factor",
      paramLabel = "F",
      defaultValue = "0.1",
      description = "Factor for --rate-every (default: ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  private double rateFactor;

  @Option(
      names = "--flip-probability",
      paramLabel = "P",
      defaultValue = "0.5",
      description =
          "Probability that a batch is flipped horizontally (default:" + " ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  private double flipProbability;

  @Option(
      names = "--loader-threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that decode images in advance (default: ${DEFAULT-VALUE}).")
  @Section(Section.SPEED)
  private int loaderThreads;

  @Option(
      names = "--views",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "2: cross-entropy of the image and its mirror image; 1: of the image only"
              + " (default: ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  private int views;

  @Option(
      names = "--consistency",
      paramLabel = "W",
      description = "Weight of the self-consistency loss (default: 1 with two views, 0 with one).")
  @Section(Section.TRAINING)
  private @Nullable Double consistency;

  @Option(
      names = "--consistency-gradient",
      paramLabel = "G",
      defaultValue = "paper",
      description = {
        "paper: gradients flow through both views; stop-gradient: each view is"
            + " compared with the other held constant (default: ${DEFAULT-VALUE})."
      })
  @Section(Section.TRAINING)
  @SuppressWarnings("NullAway.Init")
  private SelfConsistency gradient;

  @Option(
      names = "--second-view",
      paramLabel = "V",
      defaultValue = "horizontal-flip",
      converter = SecondViewConverter.class,
      description =
          "Transformation of the second view: horizontal-flip, vertical-flip, rotation-90,"
              + " rotation-180, translation or diagonal-translation (default:"
              + " ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  @SuppressWarnings("NullAway.Init")
  private SecondView view;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Seed for initial weights, order, flips and dropout (default: ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  private long seed;

  @Option(
      names = "--val-split",
      paramLabel = "NAME",
      description =
          "Split to validate on after every epoch; the weights of the best epoch are"
              + " exported.")
  @Section(Section.INPUT)
  private @Nullable String validationSplit;

  @Option(
      names = "--backbone",
      paramLabel = "FILE|NAME",
      converter = InitialWeights.Converter.class,
      description =
          "Pretrained weights of the backbone: a file (.safetensors, .pth, .onnx), a name listed by"
              + " flipside weights fetch, or random. The head starts with random weights.")
  @Section(Section.MODEL)
  private @Nullable InitialWeights backbone;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Pretrained weights of the whole model (.safetensors, .pth, .onnx).")
  @Section(Section.MODEL)
  private @Nullable Path weights;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Also write a checkpoint every N steps, not only after every epoch (0: off;"
              + " default: ${DEFAULT-VALUE}).")
  @Section(Section.TRAINING)
  private int checkpointEvery;

  @Option(
      names = "--fold",
      description = "Fold batch normalization into the convolutions of the exported model.")
  @Section(Section.OUTPUT)
  private boolean fold;

  @Option(
      names = "--resume",
      description =
          "Resume the interrupted run in --out, or continue a complete one with more --epochs.")
  @Section(Section.OUTPUT)
  private boolean resume;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "Run folder to create, with model.onnx, metrics.csv, checkpoint.safetensors and"
              + " best.safetensors.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    TrainingPlan plan = common.usage(this::plan);
    @Nullable Path start = backbone == null ? null : backbone.file().orElse(null);
    RunOptions options =
        common.usage(() -> new RunOptions(out, start, weights, resume, checkpointEvery, fold, 1));
    if (stage == Stage.FINAL && backbone == null && weights == null) {
      common
          .err()
          .println(
              "note: --stage final starts from random weights, the paper from a backbone"
                  + " pretrained on ImageNet (--backbone FILE)");
    }
    LabelEncoding encoding = dataset.encoding(common);
    network.requireFit(encoding.classes(), common);
    TrainingInput.requireNew(out, resume);
    TrainingData data =
        TrainingInput.read(dataset, split, encoding, plan.losses().consistency() > 0, common);
    try {
      TrainingRun.requireBatches(plan, data);
    } catch (FlipsideException e) {
      throw common.badUse(String.valueOf(e.getMessage()));
    }
    TrainingData validation =
        validationSplit == null ? null : TrainingData.of(dataset.split(validationSplit), encoding);
    Clock clock = Clock.systemUTC();
    Tracking tracking = trackingOptions.tracking(out, common, clock);
    Map<String, String> parameters = new TreeMap<>(plan.facts());
    parameters.put("data", dataset.root().toString());
    TrainingResult result;
    try (TrackedRun run =
            tracking.open(
                String.valueOf(out.toAbsolutePath().normalize().getFileName()),
                "",
                out,
                parameters);
        ConsoleProgress progress = ConsoleProgress.onStandardError("Training", "steps")) {
      TrainingListener listener =
          new TrackedTraining(new StepProgress(progress, 0, plan.epochs()), run);
      result =
          HaltOnSignal.call(
              () -> TrainingRun.run(plan, data, validation, options, listener, clock));
      run.finished();
    }
    printed.print(common, summary(result));
    return ExitCodes.DONE;
  }

  private static Summary summary(TrainingResult result) {
    SegmentationMetrics validation = result.validation();
    return new Summary()
        .line(
            "trained "
                + result.steps()
                + (result.steps() == 1 ? " step: " : " steps: ")
                + result.model())
        .with("steps", result.steps())
        .with("epoch", result.epoch())
        .with("validationMiou", validation == null ? null : validation.miou())
        .with("exportDifference", result.exportDifference())
        .with("model", result.model().toString());
  }

  private TrainingPlan plan() {
    NetworkShape shape = network.shape();
    TrainingPlan plan =
        switch (stage) {
          case SELECT -> TrainingPlan.select(shape, network.size(), seed);
          case FINAL -> TrainingPlan.finalStage(shape, network.size(), seed);
        };
    double weight = consistency != null ? consistency : views == 2 ? 1 : 0;
    plan = network.override(plan);
    TrainingPlan.Builder result =
        plan.toBuilder()
            .losses(new LossOptions(views, weight, gradient, plan.losses().classWeights(), view))
            .flipProbability(flipProbability)
            .loaderThreads(loaderThreads);
    double rate = plan.learningRate().initial();
    if (schedule == Schedule.poly) {
      result.learningRate(LearningRate.poly(rate));
    } else if (rateEvery != null) {
      result.learningRate(LearningRate.steps(rate, rateEvery, rateFactor));
    }
    if (epochs != null) {
      result.epochs(epochs);
    }
    return result.build();
  }

  static final class SecondViewConverter implements ITypeConverter<SecondView> {
    @Override
    public SecondView convert(String text) {
      for (SecondView each : SecondView.values()) {
        if (each.toString().equals(text)) {
          return each;
        }
      }
      throw new TypeConversionException(
          "\"" + text + "\": expected one of " + Arrays.toString(SecondView.values()));
    }
  }
}
