package dev.flipside.trainer;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.net.NetworkShape;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hyperparameters and device of a training. Two trainings with the same plan, data and device end
 * with the same weights.
 *
 * @param network depth, width and output stride
 * @param size size to which images are resized
 * @param batch batch size, at least 1
 * @param epochs number of epochs, at least 1
 * @param learningRate learning rate of each epoch
 * @param weightDecay L2 weight decay added to the gradient, at least 0
 * @param losses losses to minimize
 * @param flipProbability probability that a batch is flipped horizontally, 0 to 1
 * @param seed seed of initial weights, order, flips and dropout
 * @param device where to train; not part of {@link #facts}
 * @param loaderThreads threads that decode images, at least 1; not part of {@link #facts}
 */
public record TrainingPlan(
    NetworkShape network,
    ImageSize size,
    int batch,
    int epochs,
    LearningRate learningRate,
    double weightDecay,
    LossOptions losses,
    double flipProbability,
    long seed,
    DeviceChoice device,
    int loaderThreads) {
  private static final double RATE = 5e-4;
  private static final double DECAY = 2e-4;

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public TrainingPlan {
    if (batch < 1 || epochs < 1 || loaderThreads < 1) {
      throw new IllegalArgumentException(
          "training plan: batch "
              + batch
              + ", epochs "
              + epochs
              + ", loader threads "
              + loaderThreads
              + ": expected at least 1 of each");
    }
    if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
      throw new IllegalArgumentException(
          "training plan: weight decay " + weightDecay + ", expected a number of at least 0");
    }
    if (!(flipProbability >= 0 && flipProbability <= 1)) {
      throw new IllegalArgumentException(
          "training plan: flip probability " + flipProbability + ", expected 0 to 1");
    }
  }

  /**
   * Returns the plan of the selection stage: both losses, constant learning rate, one epoch per
   * selection.
   */
  public static TrainingPlan select(NetworkShape network, ImageSize size, long seed) {
    return new TrainingPlan(
        network,
        size,
        5,
        1,
        LearningRate.constant(RATE),
        DECAY,
        LossOptions.EQUAL,
        0.5,
        seed,
        DeviceChoice.AUTO,
        1);
  }

  /** Returns the plan of the final stage: 60 epochs, learning rate times 0.1 every 20. */
  public static TrainingPlan finalStage(NetworkShape network, ImageSize size, long seed) {
    return select(network, size, seed)
        .withEpochs(60)
        .withLearningRate(new LearningRate(RATE, 20, 0.1));
  }

  /** Returns a copy with another batch size. */
  public TrainingPlan withBatch(int images) {
    return new TrainingPlan(
        network,
        size,
        images,
        epochs,
        learningRate,
        weightDecay,
        losses,
        flipProbability,
        seed,
        device,
        loaderThreads);
  }

  /** Returns a copy with another number of epochs. */
  public TrainingPlan withEpochs(int number) {
    return new TrainingPlan(
        network,
        size,
        batch,
        number,
        learningRate,
        weightDecay,
        losses,
        flipProbability,
        seed,
        device,
        loaderThreads);
  }

  /** Returns a copy with another learning rate. */
  public TrainingPlan withLearningRate(LearningRate rate) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        rate,
        weightDecay,
        losses,
        flipProbability,
        seed,
        device,
        loaderThreads);
  }

  /** Returns a copy with another weight decay. */
  public TrainingPlan withWeightDecay(double factor) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        learningRate,
        factor,
        losses,
        flipProbability,
        seed,
        device,
        loaderThreads);
  }

  /** Returns a copy with other losses. */
  public TrainingPlan withLosses(LossOptions other) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        learningRate,
        weightDecay,
        other,
        flipProbability,
        seed,
        device,
        loaderThreads);
  }

  /** Returns a copy with another seed. */
  public TrainingPlan withSeed(long other) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        learningRate,
        weightDecay,
        losses,
        flipProbability,
        other,
        device,
        loaderThreads);
  }

  /** Returns a copy with another flip probability. */
  public TrainingPlan withFlipProbability(double probability) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        learningRate,
        weightDecay,
        losses,
        probability,
        seed,
        device,
        loaderThreads);
  }

  /** Returns a copy with another device. */
  public TrainingPlan withDevice(DeviceChoice choice) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        learningRate,
        weightDecay,
        losses,
        flipProbability,
        seed,
        choice,
        loaderThreads);
  }

  /** Returns a copy with another number of loader threads. */
  public TrainingPlan withLoaderThreads(int threads) {
    return new TrainingPlan(
        network,
        size,
        batch,
        epochs,
        learningRate,
        weightDecay,
        losses,
        flipProbability,
        seed,
        device,
        threads);
  }

  /**
   * Returns the settings that determine the result, by name. They are stored in models and
   * checkpoints, and compared when a run is resumed.
   */
  public SortedMap<String, String> facts() {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("network", "fcn-resnet" + network.depth());
    facts.put("width", Double.toString(network.width()));
    facts.put("outputStride", Integer.toString(network.outputStride()));
    facts.put("size", size.toString());
    facts.put("batch", Integer.toString(batch));
    facts.put("epochs", Integer.toString(epochs));
    facts.put("learningRate", learningRate.toString());
    facts.put("weightDecay", Double.toString(weightDecay));
    facts.put("views", Integer.toString(losses.views()));
    facts.put("consistency", Double.toString(losses.consistency()));
    facts.put("consistencyGradient", losses.gradient().toString());
    facts.put("classWeights", losses.classWeights().toString());
    facts.put("flipProbability", Double.toString(flipProbability));
    facts.put("seed", Long.toString(seed));
    return facts;
  }
}
