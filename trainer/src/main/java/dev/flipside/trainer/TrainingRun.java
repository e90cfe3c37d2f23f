package dev.flipside.trainer;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A training from the first epoch to the exported model, in a folder from which it can be resumed
 * after any interruption.
 */
public final class TrainingRun {
  private static final String BEST_MIOU = "bestMiou";
  private static final String BEST_EPOCH = "bestEpoch";

  private final SegmentationTraining training;
  private final TrainingData data;
  private final @Nullable TrainingData validation;
  private final RunOptions options;
  private final TrainingListener listener;
  private final String digest;
  private double bestMiou = Double.NEGATIVE_INFINITY;
  private int bestEpoch;
  private @Nullable SegmentationMetrics best;

  private TrainingRun(
      SegmentationTraining training,
      TrainingData data,
      @Nullable TrainingData validation,
      RunOptions options,
      TrainingListener listener) {
    this.training = training;
    this.data = data;
    this.validation = validation;
    this.options = options;
    this.listener = listener;
    this.digest = data.digest();
  }

  /**
   * Trains all epochs of a plan, validates after each epoch if there are validation images, and
   * exports the best weights, or the last ones without validation.
   *
   * @param validation images by which the best epoch is chosen, null for none
   * @param clock clock for the creation time in the model card
   * @throws FlipsideException if the folder holds another run, a file cannot be read or written, a
   *     loss or gradient is not finite, or the exported model does not compute the same as DJL
   */
  public static TrainingResult run(
      TrainingPlan plan,
      TrainingData data,
      @Nullable TrainingData validation,
      RunOptions options,
      TrainingListener listener,
      Clock clock) {
    requireBatches(plan, data);
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      TrainingRun run = new TrainingRun(training, data, validation, options, listener);
      run.begin();
      run.train();
      return run.export(clock);
    }
  }

  /**
   * Refuses a training that cannot take a step, before anything is written.
   *
   * @throws FlipsideException if the batches are too small for batch normalization on one device;
   *     names the settings to change
   */
  public static void requireBatches(TrainingPlan plan, TrainingData data) {
    BatchNormLimit.of(plan, 1).require(plan, data.images().size());
  }

  /**
   * Starts from the checkpoint if there is one to resume, else from pretrained or random weights.
   */
  private void begin() {
    try {
      Files.createDirectories(options.folder());
    } catch (IOException e) {
      throw new FlipsideException(
          options.folder() + ": the folder of the run cannot be made (" + e + ")", e);
    }
    AtomicFile.deleteUnfinished(checkpoint());
    boolean exists = Files.exists(checkpoint());
    if (exists && !options.resume()) {
      throw new FlipsideException(
          checkpoint()
              + ": a run is kept here already; resume it with --resume, or choose another folder");
    }
    if (exists) {
      Map<String, String> notes = training.resume(checkpoint(), digest);
      requireNotBeyond(training.plan());
      bestMiou = Double.parseDouble(notes.getOrDefault(BEST_MIOU, "-Infinity"));
      bestEpoch = Integer.parseInt(notes.getOrDefault(BEST_EPOCH, "0"));
    } else if (options.backbone() != null) {
      PretrainedWeights.loadBackbone(options.backbone(), training.network());
    } else if (options.weights() != null) {
      PretrainedWeights.load(options.weights(), training.network());
    }
  }

  private void requireNotBeyond(TrainingPlan plan) {
    if (training.epoch() > plan.epochs()) {
      throw new FlipsideException(
          checkpoint()
              + ": "
              + training.epoch()
              + " epochs are done, the plan has "
              + plan.epochs()
              + "; resume with as many or more (--epochs)");
    }
  }

  private void train() {
    EpochMetricsFile metrics =
        EpochMetricsFile.open(options.folder().resolve("metrics.csv"), training.epoch());
    int remaining = training.plan().epochs() - training.epoch();
    training.train(
        data,
        remaining,
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            listener.stepped(report);
            if (options.checkpointEvery() > 0 && report.step() % options.checkpointEvery() == 0) {
              writeCheckpoint();
            }
          }

          @Override
          public void epochEnded(EpochReport report) {
            SegmentationMetrics measured = validate(report.epoch() + 1);
            metrics.add(report, measured);
            writeCheckpoint();
            listener.epochEnded(report);
          }
        });
  }

  /** Stores the weights if they are the best so far. */
  private @Nullable SegmentationMetrics validate(int epoch) {
    if (validation == null) {
      bestEpoch = epoch;
      return null;
    }
    SegmentationMetrics measured = training.evaluate(validation);
    if (measured.miou() > bestMiou) {
      bestMiou = measured.miou();
      bestEpoch = epoch;
      best = measured;
      training.saveWeights(bestWeights());
    }
    listener.validated(epoch, measured);
    return measured;
  }

  private void writeCheckpoint() {
    training.checkpoint(
        checkpoint(),
        digest,
        Map.of(BEST_MIOU, Double.toString(bestMiou), BEST_EPOCH, Integer.toString(bestEpoch)));
  }

  private TrainingResult export(Clock clock) {
    if (validation != null && bestEpoch > 0) {
      PretrainedWeights.load(bestWeights(), training.network());
    }
    SortedMap<String, String> further = new TreeMap<>();
    further.put("epochExported", Integer.toString(bestEpoch));
    if (options.backbone() != null) {
      further.put("backbone", options.backbone().getFileName().toString());
    }
    if (options.weights() != null) {
      further.put("weights", options.weights().getFileName().toString());
    }
    if (options.reduction() > 1) {
      further.put("reduction", Integer.toString(options.reduction()));
    }
    ModelCard card = training.card(digest, clock.instant(), further);
    Path model = options.folder().resolve("model.onnx");
    double difference =
        training.export(card, model, options.foldBatchNorm(), options.reduction(), data);
    return new TrainingResult(model, bestEpoch, training.step(), best, difference);
  }

  private Path checkpoint() {
    return options.folder().resolve("checkpoint.safetensors");
  }

  private Path bestWeights() {
    return options.folder().resolve("best.safetensors");
  }
}
