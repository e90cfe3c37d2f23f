package dev.flipside.trainer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.flipside.models.FlipsideException;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.vocab.ClassMap;
import dev.flipside.trainer.data.Batch;
import dev.flipside.trainer.data.BatchLoader;
import dev.flipside.trainer.data.BatchOrder;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.loss.Loss;
import dev.flipside.trainer.loss.LossValues;
import dev.flipside.trainer.loss.Objective;
import dev.flipside.trainer.net.FcnResNet;
import dev.flipside.trainer.net.Weight;
import java.time.Instant;
import java.util.SortedMap;

/**
 * A network in training: its weights, its optimiser and how far it is. Weights and optimiser state
 * carry over from epoch to epoch, whatever the data of each. Owns native memory until closed; not
 * for several threads, and one at a time in a process draws the dropout that its seed says.
 */
public final class SegmentationTraining implements AutoCloseable {
  private final TrainingPlan plan;
  private final ClassMap classes;
  private final FcnResNet network;
  private final NDManager manager;
  private final Objective objective;
  private final Adam adam;
  private int epoch;

  private SegmentationTraining(TrainingPlan plan, ClassMap classes) {
    this.plan = plan;
    this.classes = classes;
    Device device = plan.device().device();
    network = FcnResNet.create(plan.network(), classes.count(), plan.seed(), device);
    manager = Torch.manager(device);
    objective = Objective.open(plan.losses(), classes, manager);
    adam = new Adam(network.weights(), plan.weightDecay(), manager);
  }

  /**
   * A network with random initial weights, ready to train.
   *
   * @throws FlipsideException if the plan asks for a device that is not there
   */
  public static SegmentationTraining start(TrainingPlan plan, ClassMap classes) {
    return new SegmentationTraining(plan, classes);
  }

  /** What is computed. */
  public TrainingPlan plan() {
    return plan;
  }

  /** The classes the network tells apart. */
  public ClassMap classes() {
    return classes;
  }

  /** The network as trained so far; owned by this training. */
  public FcnResNet network() {
    return network;
  }

  /** Epochs done. */
  public int epoch() {
    return epoch;
  }

  /** Updates of the weights done. */
  public long step() {
    return adam.steps();
  }

  /**
   * The card of the network as trained so far.
   *
   * @param dataDigest {@link TrainingData#digest} of what it was trained on
   * @param created when
   */
  public ModelCard card(String dataDigest, Instant created) {
    SortedMap<String, String> facts = plan.facts();
    facts.put("epochsDone", Integer.toString(epoch));
    facts.put("stepsDone", Long.toString(step()));
    return ModelCard.trained(
        classes,
        new Provenance(
            "Flipside " + Versions.flipside(),
            dataDigest,
            plan.seed(),
            facts,
            Versions.all(),
            created));
  }

  /**
   * Trains for some epochs on, whatever the plan's number of epochs; the learning rate is that of
   * the epochs counted from the start.
   *
   * @throws FlipsideException if an image cannot be read, or a loss or gradient is not a finite
   *     number; names the step and its images
   */
  public void train(TrainingData data, int epochs, TrainingListener listener) {
    for (int i = 0; i < epochs; i++) {
      trainEpoch(data, listener);
    }
  }

  private void trainEpoch(TrainingData data, TrainingListener listener) {
    long start = System.nanoTime();
    double rate = plan.learningRate().at(epoch);
    BatchOrder order =
        BatchOrder.shuffled(
            data.images().size(), plan.batch(), plan.flipProbability(), plan.seed(), epoch);
    LossMean mean = new LossMean();
    long images = 0;
    try (BatchLoader loader = BatchLoader.open(data, plan.size(), order, plan.loaderThreads())) {
      for (int i = 0; loader.hasNext(); i++) {
        long stepStart = System.nanoTime();
        Batch batch = loader.next();
        LossValues loss = step(batch, rate);
        mean.add(loss);
        images += batch.count();
        listener.stepped(
            new StepReport(
                epoch,
                i,
                order.batches().size(),
                adam.steps(),
                loss,
                rate,
                batch.count(),
                secondsSince(stepStart)));
      }
    }
    EpochReport report =
        new EpochReport(epoch, adam.steps(), mean.value(), rate, images, secondsSince(start));
    epoch++;
    listener.epochEnded(report);
  }

  /** Forward, backward, update. */
  private LossValues step(Batch batch, double rate) {
    // Dropout draws from the engine's only generator, which cannot be saved: it is set at each
    // step.
    Torch.engine().setRandomSeed((int) mix(plan.seed(), adam.steps()));
    LossValues values;
    try (NDManager scope = manager.newSubManager();
        GradientCollector gradients = Torch.engine().newGradientCollector();
        InputTensors input = InputTensors.of(batch, scope);
        NDArray views = objective.views(input.images());
        NDArray logits = network.forward(views, true);
        Loss loss = objective.of(logits, input.labels())) {
      values = loss.values();
      requireFinite(values.finite(), "the loss is " + values.total(), batch);
      gradients.backward(loss.total());
    }
    requireFinite(gradientsFinite(), "a gradient is not a finite number", batch);
    adam.step(rate);
    return values;
  }

  private boolean gradientsFinite() {
    double sum = 0;
    for (Weight each : network.weights()) {
      if (each.trained()) {
        try (NDArray gradient = each.value().getGradient();
            NDArray total = gradient.sum()) {
          sum += total.getFloat();
        }
      }
    }
    return Double.isFinite(sum);
  }

  private void requireFinite(boolean finite, String found, Batch batch) {
    if (!finite) {
      throw new FlipsideException(
          "training stopped at step "
              + (adam.steps() + 1)
              + ", epoch "
              + (epoch + 1)
              + ": "
              + found
              + " on the batch of "
              + String.join(", ", batch.names())
              + "; the weights are those of the step before. Lower the learning rate, or look at"
              + " these images and their labels");
    }
  }

  private static long mix(long seed, long step) {
    long x = seed * 0x9E3779B97F4A7C15L + step;
    x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
    x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
    return x ^ x >>> 31;
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() {
    manager.close();
    network.close();
  }

  /** The mean of the losses of an epoch's steps. */
  private static final class LossMean {
    private double crossEntropy;
    private double consistency;
    private double total;
    private int count;

    void add(LossValues loss) {
      crossEntropy += loss.crossEntropy();
      consistency += loss.consistency();
      total += loss.total();
      count++;
    }

    LossValues value() {
      return new LossValues(crossEntropy / count, consistency / count, total / count);
    }
  }
}
