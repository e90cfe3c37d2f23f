package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.net.Backbone;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.net.layer.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Loads stored tensors into a network: all or none. The names are those of the network, or those of
 * a classification network of torchvision, timm or another publisher (see {@link
 * Backbone#publishedModules}); the prefix {@code module.} of data-parallel training is ignored.
 */
public final class PretrainedWeights {
  private static final String BACKBONE = SegmentationNetwork.BACKBONE;
  private static final String PARALLEL = "module.";
  private static final int SHOWN = 12;

  private PretrainedWeights() {}

  /**
   * Loads the whole network.
   *
   * @throws FlipsideException if a tensor is missing, unknown or of another shape; the message
   *     lists the first of them, and the network is unchanged
   */
  public static void load(Path file, SegmentationNetwork network) {
    load(file, network, "");
  }

  /**
   * Loads the backbone from a segmentation or a classification network; the head is unchanged.
   *
   * @throws FlipsideException as {@link #load}
   */
  public static void loadBackbone(Path file, SegmentationNetwork network) {
    load(file, network, BACKBONE);
  }

  private static void load(Path path, SegmentationNetwork network, String prefix) {
    try (WeightsFile file = WeightsFile.open(path)) {
      Map<String, StoredTensor> stored = byNetworkName(file, network.shape().backbone(), prefix);
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

  private static Map<String, StoredTensor> byNetworkName(
      WeightsFile file, Backbone backbone, String prefix) {
    List<String> names = file.tensors().stream().map(StoredTensor::name).toList();
    boolean parallel =
        !names.isEmpty() && names.stream().allMatch(each -> each.startsWith(PARALLEL));
    boolean classification = names.stream().noneMatch(each -> each.contains(BACKBONE));
    Map<String, String> modules = backbone.publishedModules();
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    for (StoredTensor each : file.tensors()) {
      String name = parallel ? each.name().substring(PARALLEL.length()) : each.name();
      if (classification) {
        name = backboneName(name, modules);
      }
      boolean unused =
          name.isEmpty()
              || each.shape().isEmpty()
              || name.startsWith("aux_classifier.")
              || (!prefix.isEmpty() && name.startsWith("classifier."));
      if (!unused) {
        stored.put(name, each);
      }
    }
    return stored;
  }

  /** Returns the name of a tensor of a classification network here, empty if it has no use here. */
  private static String backboneName(String name, Map<String, String> modules) {
    int end = name.lastIndexOf('.');
    String module = end < 0 ? name : name.substring(0, end);
    String ours = modules.getOrDefault(module, module);
    return ours.isEmpty() ? "" : BACKBONE + ours + name.substring(module.length());
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
              + ": does not fit the network, in "
              + problems.size()
              + " tensors; nothing was loaded. Check backbone, width, head and classes.\n  "
              + problems.stream().limit(SHOWN).collect(Collectors.joining("\n  "))
              + (problems.size() > SHOWN ? "\n  …" : ""));
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
