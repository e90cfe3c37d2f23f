package dev.flipside.trainer;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.trainer.data.Augmentation;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.SecondView;
import dev.flipside.trainer.net.NetworkShape;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hyperparameters and device of a training. Two trainings with the same plan, data and device end
 * with the same weights.
 *
 * @param network shape of the network
 * @param size size to which images are resized
 * @param batch batch size, at least 1
 * @param epochs number of epochs, at least 1
 * @param learningRate learning rate and its schedule
 * @param weightDecay L2 weight decay added to the gradient, at least 0
 * @param losses losses to minimize
 * @param flipProbability probability that a batch is flipped horizontally, 0 to 1
 * @param augmentation further random changes of the images
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
    Augmentation augmentation,
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
    if (losses.views() == 2 && !losses.view().fits(size)) {
      throw new IllegalArgumentException(
          "training plan: second view "
              + losses.view()
              + " of images of "
              + size
              + ": no pixel stays in the frame, expected more than "
              + SecondView.TRANSLATION_PX
              + " px a side");
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
        Augmentation.NONE,
        seed,
        DeviceChoice.AUTO,
        1);
  }

  /** Returns the plan of the final stage: 60 epochs, learning rate times 0.1 every 20. */
  public static TrainingPlan finalStage(NetworkShape network, ImageSize size, long seed) {
    return select(network, size, seed).toBuilder()
        .epochs(60)
        .learningRate(LearningRate.steps(RATE, 20, 0.1))
        .build();
  }

  /** Returns a builder that starts from this plan. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * Returns the settings that determine the result, by name. They are stored in models and
   * checkpoints, and compared when a run is resumed.
   */
  public SortedMap<String, String> facts() {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("network", network.name());
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
    facts.put("secondView", losses.view().toString());
    facts.put("classWeights", losses.classWeights().toString());
    facts.put("flipProbability", Double.toString(flipProbability));
    facts.put("augmentation", augmentation.toString());
    facts.put("seed", Long.toString(seed));
    return facts;
  }

  /** Builds a plan from another one; the defaults are those of {@link #select}. */
  public static final class Builder {
    private final NetworkShape network;
    private final ImageSize size;
    private int batch;
    private int epochs;
    private LearningRate learningRate;
    private double weightDecay;
    private LossOptions losses;
    private double flipProbability;
    private Augmentation augmentation;
    private long seed;
    private DeviceChoice device;
    private int loaderThreads;

    private Builder(TrainingPlan plan) {
      network = plan.network;
      size = plan.size;
      batch = plan.batch;
      epochs = plan.epochs;
      learningRate = plan.learningRate;
      weightDecay = plan.weightDecay;
      losses = plan.losses;
      flipProbability = plan.flipProbability;
      augmentation = plan.augmentation;
      seed = plan.seed;
      device = plan.device;
      loaderThreads = plan.loaderThreads;
    }

    /** Sets the images of a training step. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** Sets the number of epochs. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** Sets the learning rate. */
    public Builder learningRate(LearningRate value) {
      learningRate = value;
      return this;
    }

    /** Sets the L2 factor added to the gradient. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** Sets the losses. */
    public Builder losses(LossOptions value) {
      losses = value;
      return this;
    }

    /** Sets the probability that a batch is mirrored. */
    public Builder flipProbability(double value) {
      flipProbability = value;
      return this;
    }

    /** Sets the further random changes of the images. */
    public Builder augmentation(Augmentation value) {
      augmentation = value;
      return this;
    }

    /** Sets the seed of weights, order, flips and dropout. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets the device. */
    public Builder device(DeviceChoice value) {
      device = value;
      return this;
    }

    /** Sets the threads that decode images ahead. */
    public Builder loaderThreads(int value) {
      loaderThreads = value;
      return this;
    }

    /**
     * Builds the plan.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public TrainingPlan build() {
      return new TrainingPlan(
          network,
          size,
          batch,
          epochs,
          learningRate,
          weightDecay,
          losses,
          flipProbability,
          augmentation,
          seed,
          device,
          loaderThreads);
    }
  }
}
