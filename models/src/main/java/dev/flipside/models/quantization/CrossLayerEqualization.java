package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.Tensors;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scales the channels of activations so that each uses most of the shared range. Otherwise a
 * channel of small values would use only a few of the 256 quantization steps. Convolutions
 * compensate for the scaling of their inputs, so the model computes the same function. Implements
 * cross-layer equalization (Nagel et al. 2019, "Data-Free Quantization through Weight Equalization
 * and Bias Correction").
 *
 * <p>Values connected through ReLU, max pooling and addition share their scales, because these
 * nodes commute with positive factors. A value connected to any other node is not scaled.
 */
final class CrossLayerEqualization {
  private static final Set<String> COMMUTING = Set.of("Relu", "MaxPool", "Add");

  /** Maximum stretch of a channel; other images may have larger values. */
  private static final float LARGEST_FACTOR = 8;

  private final GraphProto source;
  private final GraphView graph;

  /** Union-find parents of connected values. */
  private final Map<String, String> towards = new HashMap<>();

  /** Number of channels of each stream, a set of connected values named by its root. */
  private final Map<String, Integer> channels = new HashMap<>();

  /** Finds the values that can be scaled. */
  CrossLayerEqualization(GraphProto source) {
    this.source = source;
    this.graph = GraphView.of(source);
    Set<String> fixed = new HashSet<>();
    source.getInputList().stream().map(ValueInfoProto::getName).forEach(fixed::add);
    source.getOutputList().stream().map(ValueInfoProto::getName).forEach(fixed::add);
    for (NodeProto node : graph.nodes()) {
      if (commutes(node)) {
        node.getInputList().forEach(each -> connect(each, node.getOutput(0)));
      } else if (!graph.isConstantConv(node)) {
        fixed.addAll(TopologicalOrder.reads(node));
        fixed.addAll(node.getOutputList());
      }
    }
    Set<String> left = new HashSet<>();
    fixed.forEach(each -> left.add(stream(each)));
    for (NodeProto node : graph.nodes()) {
      if (graph.isConstantConv(node)) {
        claim(node.getInput(0), inputs(node), left);
        claim(node.getOutput(0), outputs(node), left);
      }
    }
    channels.keySet().removeAll(left);
  }

  /** Returns the number of channels of a scalable value; null for others. */
  @Nullable Integer channels(String value) {
    return channels.get(stream(value));
  }

  /**
   * Returns the graph with scaled channels.
   *
   * @param seen statistics of scalable values; streams without statistics are not scaled
   */
  GraphProto apply(Map<String, ChannelStatistics> seen) {
    Map<String, float[]> scales = scales(seen);
    GraphProto.Builder equalized = source.toBuilder().clearNode().clearInitializer();
    List<NodeProto> built = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      float[] in = graph.isConstantConv(node) ? scales.get(stream(node.getInput(0))) : null;
      float[] out = graph.isConstantConv(node) ? scales.get(stream(node.getOutput(0))) : null;
      built.add(in == null && out == null ? node : scaled(node, in, out, equalized));
    }
    Set<String> read = TopologicalOrder.reads(built);
    source.getInitializerList().stream()
        .filter(each -> read.contains(each.getName()))
        .forEach(equalized::addInitializer);
    return equalized.addAllNode(built).build();
  }

  /** Returns the maximum magnitude of each channel relative to the maximum of all channels. */
  private Map<String, float[]> scales(Map<String, ChannelStatistics> seen) {
    Map<String, float[]> scales = new HashMap<>();
    seen.forEach(
        (value, statistics) -> {
          Integer count = channels(value);
          if (count == null || count != statistics.channels()) {
            throw new IllegalArgumentException(
                "value " + value + " has no " + statistics.channels() + " channels to be scaled");
          }
          float all = 0;
          for (int i = 0; i < count; i++) {
            all = Math.max(all, statistics.largest(i));
          }
          // Values that are not finite are skipped here; calibration reports them.
          if (all >= Float.MIN_NORMAL && Float.isFinite(all)) {
            float[] scale = scales.computeIfAbsent(stream(value), key -> new float[count]);
            for (int i = 0; i < count; i++) {
              // The range of a channel that was always 0 is unknown, so it is not scaled.
              float share = statistics.largest(i) == 0 ? 1 : statistics.largest(i) / all;
              scale[i] = Math.max(scale[i], Math.max(1 / LARGEST_FACTOR, share));
            }
          }
        });
    return scales;
  }

  private NodeProto scaled(
      NodeProto node, float @Nullable [] in, float @Nullable [] out, GraphProto.Builder equalized) {
    TensorProto kernel = graph.floats(node, 1).orElseThrow();
    float[] weights = Tensors.floats(kernel);
    int outputs = outputs(node);
    int perGroup = Math.toIntExact(kernel.getDims(1));
    int taps = weights.length / outputs / perGroup;
    int groups = inputs(node) / perGroup;
    int at = 0;
    for (int output = 0; output < outputs; output++) {
      int first = output / (outputs / groups) * perGroup;
      for (int input = 0; input < perGroup; input++) {
        float factor = (in == null ? 1 : in[first + input]) / (out == null ? 1 : out[output]);
        for (int tap = 0; tap < taps; tap++) {
          weights[at++] *= factor;
        }
      }
    }
    String name = node.getOutput(0) + "/equalized";
    equalized.addInitializer(Tensors.floats(name + "_weight", weights, kernel.getDimsList()));
    NodeProto.Builder copy = node.toBuilder().setInput(1, name + "_weight");
    if (out != null && Nodes.hasInput(node, 2)) {
      float[] bias = Tensors.floats(graph.floats(node, 2).orElseThrow());
      for (int i = 0; i < bias.length; i++) {
        bias[i] /= out[i];
      }
      equalized.addInitializer(Tensors.floats(name + "_bias", bias, List.of((long) bias.length)));
      copy.setInput(2, name + "_bias");
    }
    return copy.build();
  }

  /** Adding a constant does not commute with scaling. */
  private boolean commutes(NodeProto node) {
    return COMMUTING.contains(node.getOpType())
        && node.getDomain().isEmpty()
        && node.getOutputCount() == 1
        && node.getInputList().stream().noneMatch(graph::isConstant);
  }

  private int outputs(NodeProto convolution) {
    return Math.toIntExact(graph.floats(convolution, 1).orElseThrow().getDims(0));
  }

  private int inputs(NodeProto convolution) {
    long perGroup = graph.floats(convolution, 1).orElseThrow().getDims(1);
    return Math.toIntExact(KernelGeometry.groups(convolution) * perGroup);
  }

  /** Excludes constants, and values with differing channel counts, which are broadcast. */
  private void claim(String value, int count, Set<String> left) {
    Integer before = channels.putIfAbsent(stream(value), count);
    if ((before != null && before != count) || graph.isConstant(value)) {
      left.add(stream(value));
    }
  }

  private void connect(String one, String other) {
    String from = stream(one);
    String to = stream(other);
    if (!from.equals(to)) {
      towards.put(from, to);
    }
  }

  private String stream(String value) {
    String at = value;
    for (String next = towards.get(at); next != null; next = towards.get(at)) {
      at = next;
    }
    return at;
  }
}
