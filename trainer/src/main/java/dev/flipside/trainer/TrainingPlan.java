package dev.flipside.trainer;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.loss.Losses;
import dev.flipside.trainer.net.NetworkShape;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that decides what a training computes, and where. Two trainings of the same plan on
 * the same data and device end with the same weights.
 *
 * @param network depth, width and output stride
 * @param size size the images are resized to
 * @param batch images of a step, at least 1
 * @param epochs times that every image is seen, at least 1
 * @param learningRate rate of each epoch
 * @param weightDecay L2 factor added to the gradient, at least 0
 * @param losses what is minimised
 * @param flipProbability probability that a batch is mirrored, 0 to 1
 * @param seed of initial weights, order, flips and dropout
 * @param device where to train; does not belong to what is computed
 * @param loaderThreads threads that decode images, at least 1; does not belong to it either
 */
public record TrainingPlan(
    NetworkShape network,
    ImageSize size,
    int batch,
    int epochs,
    LearningRate learningRate,
    double weightDecay,
    Losses losses,
    double flipProbability,
    long seed,
    DeviceChoice device,
    int loaderThreads) {
  private static final double RATE = 5e-4;
  private static final double DECAY = 2e-4;

  /**
   * @throws IllegalArgumentException if a number is out of its range
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

  /** The stage that selects: both losses, a constant rate, one epoch for each selection. */
  public static TrainingPlan select(NetworkShape network, ImageSize size, long seed) {
    return new TrainingPlan(
        network,
        size,
        5,
        1,
        LearningRate.constant(RATE),
        DECAY,
        Losses.EQUAL,
        0.5,
        seed,
        DeviceChoice.AUTO,
        1);
  }

  /** The final stage: 60 epochs, the rate times 0.1 every 20. */
  public static TrainingPlan finalStage(NetworkShape network, ImageSize size, long seed) {
    return select(network, size, seed)
        .withEpochs(60)
        .withLearningRate(new LearningRate(RATE, 20, 0.1));
  }

  /** The same plan with another batch size. */
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

  /** The same plan with another number of epochs. */
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

  /** The same plan with another learning rate. */
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

  /** The same plan with another weight decay. */
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

  /** The same plan with other losses. */
  public TrainingPlan withLosses(Losses other) {
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

  /** The same plan with another seed. */
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

  /** The same plan with another probability that a batch is mirrored. */
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

  /** The same plan on another device. */
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

  /** The same plan with another number of threads that decode images. */
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
   * What belongs to the result, by name: written into models and checkpoints, and compared when a
   * run is resumed.
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
