package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.net.FcnResNet;
import dev.flipside.trainer.net.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Loads stored tensors into a network, by torchvision's names: all or none. Backbone tensors
 * without the prefix {@code backbone.} (classification networks) and names with the prefix {@code
 * module.} (data-parallel training) are accepted, too.
 */
public final class PretrainedWeights {
  private static final String BACKBONE = "backbone.";

  private PretrainedWeights() {}

  /**
   * Loads the whole network.
   *
   * @throws FlipsideException if a tensor is missing, unknown or of another shape; the message
   *     lists them all, and the network is unchanged
   */
  public static void load(Path file, FcnResNet network) {
    load(file, network, "");
  }

  /**
   * Loads the backbone from a segmentation or a classification network; the head is unchanged.
   *
   * @throws FlipsideException as {@link #load}
   */
  public static void loadBackbone(Path file, FcnResNet network) {
    load(file, network, BACKBONE);
  }

  private static void load(Path path, FcnResNet network, String prefix) {
    try (WeightsFile file = WeightsFile.open(path)) {
      Map<String, StoredTensor> stored = byNetworkName(file, prefix);
      List<Parameter> weights =
          network.weights().stream().filter(each -> each.name().startsWith(prefix)).toList();
      List<StoredTensor> fitting = fitting(file, stored, weights);
      List<float[]> values = new ArrayList<>();
      for (StoredTensor tensor : fitting) {
        float[] each = file.read(tensor);
        requireFinite(file, tensor, each);
        values.add(each);
      }
      for (int i = 0; i < values.size(); i++) {
        weights.get(i).set(values.get(i));
      }
    }
  }

  private static Map<String, StoredTensor> byNetworkName(WeightsFile file, String prefix) {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    boolean parallel =
        !file.tensors().isEmpty()
            && file.tensors().stream().allMatch(each -> each.name().startsWith("module."));
    boolean classification =
        file.tensors().stream().map(StoredTensor::name).noneMatch(each -> each.contains(BACKBONE));
    for (StoredTensor each : file.tensors()) {
      String name = parallel ? each.name().substring("module.".length()) : each.name();
      if (classification && !name.startsWith("fc.")) {
        name = BACKBONE + name;
      }
      boolean unused =
          each.shape().isEmpty()
              || name.startsWith("aux_classifier.")
              || (!prefix.isEmpty() && (name.startsWith("fc.") || name.startsWith("classifier.")));
      if (!unused) {
        stored.put(name, each);
      }
    }
    return stored;
  }

  /** Returns the tensor for each weight. */
  private static List<StoredTensor> fitting(
      WeightsFile file, Map<String, StoredTensor> stored, List<Parameter> weights) {
    List<String> problems = new ArrayList<>();
    List<StoredTensor> fitting = new ArrayList<>();
    Map<String, StoredTensor> unknown = new TreeMap<>(stored);
    for (Parameter weight : weights) {
      List<Long> shape = Arrays.stream(weight.shape()).boxed().toList();
      StoredTensor found = unknown.remove(weight.name());
      if (found == null) {
        problems.add("missing: " + weight.name() + ", expected shape " + shape);
      } else if (!found.shape().equals(shape)) {
        problems.add(
            "another shape: " + weight.name() + ", expected " + shape + ", found " + found.shape());
      } else {
        fitting.add(found);
      }
    }
    unknown.forEach(
        (name, tensor) -> problems.add("unknown: " + name + ", found shape " + tensor.shape()));
    if (!problems.isEmpty()) {
      throw new FlipsideException(
          file.path()
              + ": does not fit the network; nothing was loaded. Check depth, width and classes.\n  "
              + String.join("\n  ", problems));
    }
    return fitting;
  }

  private static void requireFinite(WeightsFile file, StoredTensor tensor, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new FlipsideException(
            file.path()
                + ": tensor "
                + tensor.name()
                + " holds "
                + values[i]
                + " at "
                + i
                + ", expected finite numbers; nothing was loaded");
      }
    }
  }
}
