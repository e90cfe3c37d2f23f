package dev.flipside.tools.agent;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.metrics.Evaluator;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.trainer.EpochReport;
import dev.flipside.trainer.LearningRate;
import dev.flipside.trainer.RunOptions;
import dev.flipside.trainer.StepReport;
import dev.flipside.trainer.TrainingListener;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.TrainingRun;
import dev.flipside.trainer.data.PartiallyLabelledImage;
import dev.flipside.trainer.data.TrainingData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The training of one round, from the labels of a campaign to an ONNX model. Cross-entropy on the
 * labelled regions that are not held out, self-consistency on these images and on others without
 * label. A round that was killed goes on from its last epoch.
 */
final class TrainingRound {
  private static final double LEARNING_RATE = 3e-3;
  private static final int BATCH = 5;

  private final AgentSettings settings;
  private final CampaignFolder files;
  private final Pool pool;
  private final ClassMap classes;
  private final int number;
  private final CampaignLabels labels;
  private final ResizedImages images;
  private final UsableImages usable;
  private final List<PoolImage> chosen;

  /**
   * @param pool images of the campaign
   * @param number number of the round
   * @param labels labels to learn from
   * @throws FlipsideException if there is nothing to train on
   */
  TrainingRound(
      AgentSettings settings,
      CampaignFolder files,
      Pool pool,
      ClassMap classes,
      int number,
      CampaignLabels labels) {
    this.settings = settings;
    this.files = files;
    this.pool = pool;
    this.classes = classes;
    this.number = number;
    this.labels = labels;
    this.images = ResizedImages.of(files.images(), pool.images(), settings.longestSide());
    this.usable = new UsableImages(images);
    this.chosen = choose();
  }

  /** Returns the images that have labels of a kind, in pool order. */
  private List<PoolImage> labelled(boolean held) {
    return pool.images().stream()
        .filter(each -> Files.exists(labels.file(held, each.id())))
        .toList();
  }

  /**
   * Returns the images to train on, reduced: all with labels, and some without, drawn for this
   * round.
   */
  private List<PoolImage> choose() {
    List<PoolImage> labelled = labelled(false);
    if (labelled.isEmpty()) {
      throw new FlipsideException(
          "none of the labelled regions is in an image of "
              + pool.root()
              + " and trained on; name the folder of the images with --images, or label more");
    }
    List<PoolImage> all = new ArrayList<>(usable.of(labelled));
    if (all.isEmpty()) {
      throw new FlipsideException("no labelled image can be used; " + usable.leftOut());
    }
    List<PoolImage> others = new ArrayList<>(pool.images());
    others.removeAll(new HashSet<>(labelled));
    Collections.shuffle(others, new Random(number));
    all.addAll(usable.of(others.subList(0, Math.min(settings.unlabelled(), others.size()))));
    all.sort(Comparator.comparing(PoolImage::id));
    return all;
  }

  /** Returns which images are left out and why, in words; empty if none are. */
  String leftOut() {
    return usable.leftOut();
  }

  /** Returns the number of epochs. */
  int epochs() {
    int steps = (chosen.size() + BATCH - 1) / BATCH;
    return (settings.steps() + steps - 1) / steps;
  }

  /**
   * Trains and exports.
   *
   * @return the ONNX file
   * @throws FlipsideException if an image cannot be read, or training fails
   */
  Path train(TrainingListener listener) {
    List<PartiallyLabelledImage> data = new ArrayList<>();
    for (PoolImage each : chosen) {
      data.add(new PartiallyLabelledImage(each, () -> labels(each)));
    }
    TrainingPlan plan =
        TrainingPlan.select(settings.network(), images.size(), 0).toBuilder()
            .batch(BATCH)
            .epochs(epochs())
            .learningRate(LearningRate.poly(LEARNING_RATE))
            .device(settings.device())
            .build();
    RunOptions options =
        RunOptions.in(files.round(number)).resumed().withReduction(images.factor());
    @Nullable Path weights = files.weights(number);
    TrainingData training = new TrainingData(data, classes);
    while (true) {
      StartListener started = new StartListener(listener);
      try {
        return run(
            plan, training, weights == null ? options : options.withWeights(weights), started);
      } catch (FlipsideException e) {
        // A checkpoint or weights that are damaged or of another network are done without.
        if (started.hasStarted) {
          throw e;
        }
        if (!files.dropCheckpoint(number)) {
          if (weights == null) {
            throw e;
          }
          weights = null;
        }
      }
    }
  }

  private static Path run(
      TrainingPlan plan, TrainingData data, RunOptions options, TrainingListener listener) {
    return TrainingRun.run(plan, data, null, options, listener, Clock.systemUTC()).model();
  }

  /** Tells whether a training could start. */
  private static final class StartListener implements TrainingListener {
    private final TrainingListener next;
    private boolean hasStarted;

    StartListener(TrainingListener next) {
      this.next = next;
    }

    @Override
    public void stepped(StepReport report) {
      hasStarted = true;
      next.stepped(report);
    }

    @Override
    public void epochEnded(EpochReport report) {
      next.epochEnded(report);
    }
  }

  /** Returns what is learned of an image, at the size of training. */
  LabelMap labels(PoolImage image) {
    Path file = labels.file(false, image.id());
    return Files.exists(file)
        ? LabelReader.read(file, classes, images.size())
        : LabelMap.unlabelled(images.size(), classes);
  }

  /**
   * Measures the model of the round before on the regions that are held out now, if it is known.
   */
  @Nullable Double previousMiou() {
    Path weights = files.weights(number);
    try {
      SegmentationMetrics metrics = weights == null ? null : measure(weights);
      return metrics == null ? null : RoundProgress.finite(metrics.miou());
    } catch (FlipsideException e) {
      return null; // The model of the round before is damaged; that of this round is not.
    }
  }

  /**
   * Measures a model on the regions that are held out; null if there are none. Images that cannot
   * be used in training are left out here, too.
   */
  @Nullable SegmentationMetrics measure(Path model) {
    List<LabelledImage> held =
        labelled(true).stream()
            .filter(each -> !usable.of(List.of(each)).isEmpty())
            .map(each -> new LabelledImage(each, labels.file(true, each.id())))
            .toList();
    if (held.isEmpty()) {
      return null;
    }
    LoadedModel loaded = ModelSource.open(model, null, CardOverrides.NONE, new OrtModelRunner());
    SessionOptions session =
        SessionOptions.of(
            ExecutionProvider.parse("auto"), Runtime.getRuntime().availableProcessors());
    return Evaluator.evaluate(
        loaded, held, LabelEncoding.of(classes), null, session, Progress.NONE);
  }
}
