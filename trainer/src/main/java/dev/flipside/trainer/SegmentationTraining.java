package dev.flipside.trainer;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.trainer.data.Batch;
import dev.flipside.trainer.data.BatchSampler;
import dev.flipside.trainer.data.DataLoader;
import dev.flipside.trainer.data.Seeds;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.engine.Versions;
import dev.flipside.trainer.export.ExportCheck;
import dev.flipside.trainer.export.OnnxExporter;
import dev.flipside.trainer.loss.LossValues;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training: network, optimizer and position. Weights and optimizer state are kept from epoch to
 * epoch, even if the data differ. Owns native memory until closed. Not thread-safe; only one
 * training at a time in a process has reproducible dropout.
 */
public final class SegmentationTraining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentationTraining.class);

  private final TrainingPlan plan;
  private final ClassMap classes;
  private final DataParallel replicas;
  private final NDManager manager;
  private final Adam adam;
  private TrainingProgress position = TrainingProgress.START;

  private SegmentationTraining(TrainingPlan plan, ClassMap classes, List<Device> devices) {
    this.plan = plan;
    this.classes = classes;
    replicas = DataParallel.create(plan, classes, devices);
    manager = Torch.manager(network().device());
    adam = new Adam(network().weights(), plan.weightDecay(), manager);
  }

  /**
   * Creates a network with random initial weights on the devices that the plan selects.
   *
   * @throws FlipsideException if a device of the plan is not available
   */
  public static SegmentationTraining start(TrainingPlan plan, ClassMap classes) {
    return startOn(plan.device().devices(), plan, classes);
  }

  /** Same as {@link #start(TrainingPlan, ClassMap)}, on the given devices. */
  static SegmentationTraining startOn(List<Device> devices, TrainingPlan plan, ClassMap classes) {
    return new SegmentationTraining(plan, classes, devices);
  }

  /** Returns the plan. */
  public TrainingPlan plan() {
    return plan;
  }

  /** Returns the class map. */
  public ClassMap classes() {
    return classes;
  }

  /** Returns the network, which this training owns. */
  public SegmentationNetwork network() {
    return replicas.first();
  }

  /** Returns the number of completed epochs. */
  public int epoch() {
    return position.epoch();
  }

  /** Returns the number of updates of the weights. */
  public long step() {
    return position.step();
  }

  /**
   * Writes a checkpoint, replacing an existing one.
   *
   * @param dataDigest {@link TrainingData#digest} of the training data
   * @param notes further text to store, by name
   * @throws FlipsideException if it cannot be written; an existing file is then unchanged
   */
  public void checkpoint(Path file, String dataDigest, Map<String, String> notes) {
    Checkpoint.write(file, state(), position, dataDigest, convolutions(), notes);
  }

  /**
   * Restores the state of a checkpoint. The training must not have begun. On the same device and
   * with the same kernels, the training continues exactly as it would have without interruption; a
   * warning is logged if the kernels differ.
   *
   * @return the notes in the checkpoint
   * @throws FlipsideException if the file is damaged, or is from another plan, data or class map;
   *     the training is then unchanged
   */
  public Map<String, String> resume(Path checkpoint, String dataDigest) {
    Checkpoint.Restored restored = Checkpoint.restore(checkpoint, state(), dataDigest);
    position = restored.position();
    restored
        .convolutions()
        .filter(backend -> !backend.equals(convolutions()))
        .ifPresent(
            backend ->
                LOG.warn(
                    "{} was written with convolutions by {}, here they are computed by {}: results"
                        + " are no longer identical bit for bit to those of an uninterrupted run",
                    checkpoint,
                    backend,
                    convolutions()));
    return restored.notes();
  }

  private String convolutions() {
    return Torch.backend(network().device());
  }

  private Checkpoint.State state() {
    return new Checkpoint.State(plan, classes, network().weights(), adam);
  }

  /**
   * Returns the model card of the network in its current state.
   *
   * @param dataDigest {@link TrainingData#digest} of the training data
   * @param created time of creation
   * @param further facts to store with the plan, by name
   */
  public ModelCard card(String dataDigest, Instant created, Map<String, String> further) {
    SortedMap<String, String> facts = plan.facts();
    facts.putAll(further);
    facts.put("epochsDone", Integer.toString(epoch()));
    facts.put("stepsDone", Long.toString(step()));
    return ModelCard.trained(
        classes,
        new Provenance(
            "Flipside " + Versions.flipside(),
            dataDigest,
            plan.seed(),
            facts,
            Versions.of(network().device()),
            created));
  }

  /**
   * Exports the network to ONNX, opens the file with ONNX Runtime and compares its output with that
   * of this network.
   *
   * @param sample the first of these images are used for the comparison
   * @return the largest difference, as a fraction of the range of the logits
   * @throws FlipsideException if the file cannot be written or computes something else; it is then
   *     kept for inspection
   */
  public double export(ModelCard card, Path file, boolean foldBatchNorm, TrainingData sample) {
    return export(card, file, foldBatchNorm, 1, sample);
  }

  /**
   * Same as {@link #export(ModelCard, Path, boolean, TrainingData)}, for a model that reduces
   * images before the network sees them. The network is compared without the reduction.
   *
   * @param reduction see {@link OnnxExporter#export(SegmentationNetwork, ModelCard, boolean, int)}
   */
  double export(
      ModelCard card, Path file, boolean foldBatchNorm, int reduction, TrainingData sample) {
    OnnxExporter.export(network(), card, foldBatchNorm, reduction).write(file);
    OnnxModelFile plain =
        reduction == 1
            ? OnnxModelFile.read(file)
            : OnnxExporter.export(network(), card, foldBatchNorm);
    return compare(plain, file.toString(), sample);
  }

  /**
   * Exports the network in memory and compares it with this one, to detect an engine that computes
   * wrong results before time is spent on training.
   *
   * @param sample the first of these images are used for the comparison
   * @throws FlipsideException if DJL and ONNX Runtime do not compute the same
   */
  public void checkExport(TrainingData sample) {
    ModelCard card = card(sample.digest(), Instant.EPOCH, Map.of());
    compare(OnnxExporter.export(network(), card, false), "the untrained network", sample);
  }

  private double compare(OnnxModelFile model, String name, TrainingData sample) {
    BatchSampler order = BatchSampler.inOrder(sample.images().size(), plan.batch());
    try (NDManager scope = manager.newSubManager();
        DataLoader loader = DataLoader.open(sample, plan.size(), order, 1);
        InputTensors input = InputTensors.of(loader.next(), scope)) {
      long[] shape = input.images().getShape().getShape();
      return ExportCheck.compare(network(), model, name, input.images().toFloatArray(), shape);
    }
  }

  /** Evaluates the network on other images, at the size of the plan. */
  public SegmentationMetrics evaluate(TrainingData data) {
    return Validation.of(network(), data, plan);
  }

  /**
   * Writes the weights as safetensors, with torchvision's names.
   *
   * @throws FlipsideException if the file cannot be written; an existing file is then unchanged
   */
  public void saveWeights(Path file) {
    SafetensorsWriter.write(
        file,
        Map.of("format", "pt"),
        network().weights().stream()
            .map(
                each ->
                    new SafetensorsWriter.Tensor(
                        each.name(), Arrays.stream(each.shape()).boxed().toList(), each::values))
            .toList());
  }

  /**
   * Trains for a number of epochs, independent of that in the plan. The learning rate follows the
   * number of epochs since the start.
   *
   * @throws FlipsideException if the batches are too small for batch normalization, an image cannot
   *     be read, or a loss or gradient is not finite; the message names the step and its images
   */
  public void train(TrainingData data, int epochs, TrainingListener listener) {
    BatchNormLimit.of(plan, replicas.devices()).require(plan, data.images().size());
    replicas.spread();
    for (int i = 0; i < epochs; i++) {
      trainEpoch(data, listener);
    }
  }

  /** Trains to the end of the current epoch. */
  private void trainEpoch(TrainingData data, TrainingListener listener) {
    long start = System.nanoTime();
    int epoch = position.epoch();
    BatchSampler order =
        BatchSampler.shuffled(
            data.images().size(),
            plan.batch(),
            BatchNormLimit.of(plan, replicas.devices()).images(),
            plan.flipProbability(),
            plan.seed(),
            epoch);
    BatchSampler ahead = order.after(position.stepInEpoch());
    try (DataLoader loader =
        DataLoader.open(data, plan.size(), plan.augmentation(), ahead, plan.loaderThreads())) {
      while (loader.hasNext()) {
        long stepStart = System.nanoTime();
        Batch batch = loader.next();
        double rate = rate(epoch, position.stepInEpoch(), order.batches().size());
        LossValues loss = step(batch, rate);
        position = position.after(loss, replicas.labelledMass(batch), batch.count());
        listener.stepped(
            new StepReport(
                epoch,
                position.stepInEpoch() - 1,
                order.batches().size(),
                position.step(),
                loss,
                rate,
                batch.count(),
                secondsSince(stepStart)));
      }
    }
    EpochReport report =
        new EpochReport(
            epoch,
            position.step(),
            position.mean(plan.losses().consistency()),
            rate(epoch, 0, 1),
            position.images(),
            secondsSince(start));
    position = position.nextEpoch();
    listener.epochEnded(report);
  }

  private double rate(int epoch, int step, int steps) {
    return plan.learningRate().at(epoch + (double) step / steps, plan.epochs());
  }

  /** Runs one step: forward, backward, update. */
  private LossValues step(Batch batch, double rate) {
    // Dropout draws from the engine's only generator, which cannot be saved: it is set at each
    // step.
    long seed = Seeds.mix(plan.seed(), position.step());
    Torch.engine().setRandomSeed((int) seed);
    LossValues values =
        replicas.differentiate(
            batch,
            plan.losses().view().draw(seed),
            losses -> requireFinite(losses.finite(), "the loss is " + losses.total(), batch));
    requireFinite(replicas.gradientsFinite(), "a gradient is not a finite number", batch);
    adam.step(rate);
    replicas.spread();
    return values;
  }

  private void requireFinite(boolean finite, String found, Batch batch) {
    if (!finite) {
      throw new FlipsideException(
          "training stopped at step "
              + (position.step() + 1)
              + ", epoch "
              + (position.epoch() + 1)
              + ": "
              + found
              + " on the batch of "
              + String.join(", ", batch.names())
              + "; the weights are those of the step before. Lower the learning rate, or look at"
              + " these images and their labels");
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() {
    manager.close();
    replicas.close();
  }
}
