package dev.flipside.trainer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.layer.Parameter;
import dev.flipside.trainer.weights.SafetensorsFile;
import dev.flipside.trainer.weights.SafetensorsWriter;
import dev.flipside.trainer.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The complete state of a training in one safetensors file, which is replaced atomically: weights,
 * optimizer state, position, plan and data digest. Order, flips and dropout are functions of seed,
 * epoch and step, so no random state is needed.
 */
final class Checkpoint {
  private static final String FORMAT = "flipside-checkpoint-2";
  private static final String CONVOLUTIONS = "convolutions";
  private static final String PLAN = "plan.";
  private static final String EPOCHS = PLAN + "epochs";
  private static final String NOTE = "note.";

  private Checkpoint() {}

  /**
   * Writes a checkpoint.
   *
   * @param convolutions backend that computes convolutions, see {@link Torch#backend}
   * @param notes further text to store, by name
   * @throws FlipsideException if it cannot be written; an existing file is then unchanged
   */
  static void write(
      Path file,
      State state,
      TrainingProgress position,
      String dataDigest,
      String convolutions,
      Map<String, String> notes) {
    SortedMap<String, String> metadata = facts(state, dataDigest);
    metadata.putAll(position.facts());
    metadata.put("format", FORMAT);
    metadata.put(CONVOLUTIONS, convolutions);
    notes.forEach((key, value) -> metadata.put(NOTE + key, value));
    SafetensorsWriter.write(file, metadata, tensors(state));
  }

  /**
   * Reads a checkpoint into a training that has not begun.
   *
   * <p>The plan may have another number of epochs, unless its learning rate depends on it.
   *
   * @return the position and the notes
   * @throws FlipsideException if the file is damaged, or is from another plan, data or class map;
   *     the message lists the differences, and the training is unchanged
   */
  static Restored restore(Path file, State state, String dataDigest) {
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      if (!FORMAT.equals(stored.metadata().get("format"))) {
        throw new FlipsideException(
            file
                + ": not a checkpoint of Flipside; to start from its weights use --weights"
                + " or --backbone");
      }
      stored.requireChecksum();
      requireSame(file, facts(state, dataDigest), stored.metadata(), moreEpochs(state.plan()));
      TrainingProgress position = TrainingProgress.of(file, stored.metadata());
      List<float[]> values = new ArrayList<>();
      Map<String, StoredTensor> byName = new HashMap<>();
      stored.tensors().forEach(each -> byName.put(each.name(), each));
      for (SafetensorsWriter.Tensor each : tensors(state)) {
        StoredTensor found = byName.get(each.name());
        if (found == null || !found.shape().equals(each.shape())) {
          throw new FlipsideException(
              file + ": has no tensor " + each.name() + " of shape " + each.shape());
        }
        values.add(stored.read(found));
      }
      apply(state, values, position);
      Map<String, String> notes = new TreeMap<>();
      stored
          .metadata()
          .forEach(
              (key, value) -> {
                if (key.startsWith(NOTE)) {
                  notes.put(key.substring(NOTE.length()), value);
                }
              });
      Optional<String> convolutions = Optional.ofNullable(stored.metadata().get(CONVOLUTIONS));
      return new Restored(position, convolutions, notes);
    }
  }

  /** State stored in a checkpoint. */
  record State(TrainingPlan plan, ClassMap classes, List<Parameter> weights, Adam adam) {}

  /**
   * Result of reading a checkpoint.
   *
   * @param convolutions the backend it was written with; empty if the file does not tell
   */
  record Restored(
      TrainingProgress position, Optional<String> convolutions, Map<String, String> notes) {}

  private static SortedMap<String, String> facts(State state, String dataDigest) {
    SortedMap<String, String> facts = new TreeMap<>();
    state.plan().facts().forEach((key, value) -> facts.put(PLAN + key, value));
    facts.put("data", dataDigest);
    facts.put(
        "classes",
        state.classes().classes().stream()
            .map(SegmentationClass::name)
            .collect(Collectors.joining("; ")));
    return facts;
  }

  /** Returns whether the steps done so far are those of a plan with another number of epochs. */
  private static boolean moreEpochs(TrainingPlan plan) {
    return !(plan.learningRate().decay() instanceof LearningRate.Decay.Poly);
  }

  private static void requireSame(
      Path file,
      SortedMap<String, String> expected,
      SortedMap<String, String> found,
      boolean moreEpochs) {
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (key, value) -> {
          if (!value.equals(found.get(key)) && !(key.equals(EPOCHS) && moreEpochs)) {
            differences.add(key + ": now " + value + ", in the checkpoint " + found.get(key));
          }
        });
    if (!differences.isEmpty()) {
      throw new FlipsideException(
          file
              + ": a checkpoint of another training. Resume with the same plan, data and classes, or"
              + " start anew in another folder.\n  "
              + String.join("\n  ", differences));
    }
  }

  /** Weights, then moments of the optimizer, in the order of {@link #apply}. */
  private static List<SafetensorsWriter.Tensor> tensors(State state) {
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
    for (Parameter each : state.weights()) {
      tensors.add(tensor("network." + each.name(), each.value()));
    }
    for (Adam.Moments each : state.adam().moments()) {
      tensors.add(tensor("adam.first." + each.weight().name(), each.first()));
      tensors.add(tensor("adam.second." + each.weight().name(), each.second()));
    }
    return tensors;
  }

  private static SafetensorsWriter.Tensor tensor(String name, NDArray value) {
    List<Long> shape = Arrays.stream(value.getShape().getShape()).boxed().toList();
    return new SafetensorsWriter.Tensor(name, shape, value::toFloatArray);
  }

  private static void apply(State state, List<float[]> values, TrainingProgress position) {
    int next = 0;
    for (Parameter each : state.weights()) {
      each.set(values.get(next++));
    }
    for (Adam.Moments each : state.adam().moments()) {
      Torch.replace(each.first(), values.get(next++), false);
      Torch.replace(each.second(), values.get(next++), false);
    }
    state.adam().resumeAt(position.step());
  }
}
