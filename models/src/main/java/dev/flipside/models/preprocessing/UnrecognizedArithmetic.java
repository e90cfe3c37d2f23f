package dev.flipside.models.preprocessing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that calculate with an image before the first layers with weights, on any way to them. Such
 * a node may be a normalization, so that nobody can tell what the image must be.
 */
final class UnrecognizedArithmetic {
  /** Layers with weights: what they need is not visible in the graph. */
  private static final Set<String> LAYERS =
      Set.of(
          "Conv",
          "ConvTranspose",
          "ConvInteger",
          "QLinearConv",
          "FusedConv",
          "NhwcConv",
          "NhwcFusedConv",
          "DeformConv",
          "Gemm",
          "FusedGemm",
          "QGemm",
          "MatMul",
          "FusedMatMul",
          "QLinearMatMul",
          "MatMulInteger",
          "MatMulNBits",
          "DynamicQuantizeMatMul",
          "Einsum");

  /** Operators that keep the values of an image. */
  private static final Set<String> MOVING =
      Set.of(
          "Identity",
          "Cast",
          "CastLike",
          "Dropout",
          "Resize",
          "Upsample",
          "Pad",
          "Clip",
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "Transpose",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Flatten",
          "Expand",
          "Tile",
          "Split",
          "Slice",
          "Gather",
          "GatherND",
          "Concat",
          "SpaceToDepth",
          "DepthToSpace",
          "GridSample",
          "MaxPool",
          "AveragePool");

  private static final Set<String> SHAPES = Set.of("Shape", "Size");
  private static final int CHANNELS = 3;
  private static final int MOST_NODES = 256;

  private final ModelProto model;
  private final GraphProto declared;
  private final GraphView graph;

  private UnrecognizedArithmetic(ModelProto model, GraphProto declared, GraphView graph) {
    this.model = model;
    this.declared = declared;
    this.graph = graph;
  }

  /** Returns the first node that calculates with a value before a layer, empty if none does. */
  static Optional<NodeProto> behind(ModelProto model, GraphView graph, String value) {
    boolean layers =
        model.getFunctionsCount() > 0
            || graph.nodes().stream().anyMatch(UnrecognizedArithmetic::mayBeLayer);
    return layers
        ? new UnrecognizedArithmetic(model, model.getGraph(), graph).behind(value)
        : Optional.empty();
  }

  private static boolean mayBeLayer(NodeProto node) {
    return LAYERS.contains(node.getOpType())
        || !node.getDomain().isEmpty()
        || node.getAttributeList().stream().anyMatch(AttributeProto::hasG);
  }

  private Optional<NodeProto> behind(String value) {
    Deque<String> open = new ArrayDeque<>(List.of(value));
    Set<String> seen = new HashSet<>(open);
    int visits = 0;
    while (!open.isEmpty()) {
      String at = open.remove();
      for (NodeProto node : graph.consumers(at)) {
        String op = node.getOpType();
        if (visits++ > MOST_NODES) {
          return Optional.of(node);
        }
        if (SHAPES.contains(op) || isRealLayer(node) || joinsLayers(node, at)) {
          continue;
        }
        if (!MOVING.contains(op) || node.getOutputCount() == 0) {
          return Optional.of(node);
        }
        int kept = op.equals("Split") ? node.getOutputCount() : 1;
        node.getOutputList().subList(0, kept).stream().filter(seen::add).forEach(open::add);
      }
    }
    return Optional.empty();
  }

  /** Returns whether a node is a layer, and no map of single colors before others. */
  private boolean isRealLayer(NodeProto node) {
    Optional<FunctionProto> function =
        model.getFunctionsList().stream()
            .filter(each -> each.getDomain().equals(node.getDomain()))
            .filter(each -> each.getName().equals(node.getOpType()))
            .findFirst();
    if (function.isPresent()) {
      return beginsWithLayers(node, function.get());
    }
    boolean maps =
        node.getInputList().stream()
            .anyMatch(
                each ->
                    graph.constant(each).filter(UnrecognizedArithmetic::mapsColors).isPresent());
    boolean foreign = !node.getDomain().isEmpty() && readsWeights(node);
    boolean layer = LAYERS.contains(node.getOpType()) && !(maps && leadsToLayers(node));
    return layer || foreign;
  }

  private boolean readsWeights(NodeProto node) {
    return node.getInputList().stream()
        .flatMap(each -> graph.constant(each).stream())
        .anyMatch(each -> each.getDimsCount() >= 2 && each.getDims(0) > CHANNELS);
  }

  private boolean leadsToLayers(NodeProto node) {
    Deque<String> open = new ArrayDeque<>(node.getOutputList());
    Set<String> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      for (NodeProto reader : graph.consumers(open.remove())) {
        if (LAYERS.contains(reader.getOpType())) {
          return true;
        }
        reader.getOutputList().stream().filter(seen::add).forEach(open::add);
      }
    }
    return false;
  }

  private static boolean mapsColors(TensorProto weights) {
    List<Long> dims = weights.getDimsList();
    return dims.size() >= 2
        && dims.get(0) <= CHANNELS
        && (dims.get(1) == CHANNELS || dims.get(1) == 1)
        && dims.stream().skip(2).allMatch(each -> each == 1);
  }

  private boolean beginsWithLayers(NodeProto call, FunctionProto function) {
    GraphView body = GraphView.of(function.getNodeList(), null);
    ModelProto others =
        model.toBuilder().removeFunctions(model.getFunctionsList().indexOf(function)).build();
    UnrecognizedArithmetic inside =
        new UnrecognizedArithmetic(others, GraphProto.getDefaultInstance(), body);
    return function.getInputList().stream()
        .limit(Math.min(1, call.getInputCount()))
        .allMatch(each -> !body.consumers(each).isEmpty() && inside.behind(each).isEmpty());
  }

  /** Returns whether a node also reads what a layer computed: it is part of the network. */
  private boolean joinsLayers(NodeProto node, String value) {
    return node.getInputList().stream()
        .filter(each -> !each.isEmpty() && !each.equals(value))
        .flatMap(each -> TopologicalOrder.leadingTo(declared, each).stream())
        .anyMatch(each -> LAYERS.contains(each.getOpType()));
  }
}
