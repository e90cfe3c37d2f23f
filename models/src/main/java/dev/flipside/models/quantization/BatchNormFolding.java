package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Folds batch normalization into the preceding convolution: {@code γ (Wx + b − μ)/σ + β = (γ/σ) W x
 * + (γ/σ)(b − μ) + β}. Applies only if the convolution has no other consumer.
 */
final class BatchNormFolding {
  private static final float DEFAULT_EPSILON = 1e-5f;

  private final GraphView graph;
  private final GraphProto.Builder folded;

  private BatchNormFolding(GraphProto source) {
    this.graph = GraphView.of(source);
    this.folded = source.toBuilder().clearNode();
  }

  /** Returns the graph with all foldable batch normalizations folded. */
  static GraphProto fold(GraphProto source) {
    return new BatchNormFolding(source).fold();
  }

  private GraphProto fold() {
    Set<NodeProto> gone = Nodes.newSet();
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      if (gone.contains(node)) {
        continue;
      }
      Optional<NodeProto> norm = foldable(node);
      norm.ifPresent(gone::add);
      nodes.add(norm.map(each -> folded(node, each)).orElse(node));
    }
    return folded.addAllNode(nodes).build();
  }

  /** Returns the batch normalization that can be folded into a node. */
  private Optional<NodeProto> foldable(NodeProto conv) {
    if (!graph.isConstantConv(conv) || graph.isOutput(conv.getOutput(0))) {
      return Optional.empty();
    }
    return graph
        .onlyConsumer(conv.getOutput(0))
        .filter(next -> Nodes.is(next, "BatchNormalization") && next.getOutputCount() == 1)
        .filter(
            next ->
                Nodes.attribute(next, "training_mode").map(AttributeProto::getI).orElse(0L) == 0)
        .filter(
            next ->
                next.getInput(0).equals(conv.getOutput(0))
                    && IntStream.rangeClosed(1, 4)
                        .allMatch(input -> graph.floats(next, input).isPresent()));
  }

  private NodeProto folded(NodeProto conv, NodeProto norm) {
    TensorProto kernel = graph.floats(conv, 1).orElseThrow();
    float[] weights = Tensors.floats(kernel);
    float[] gamma = values(norm, 1);
    float[] bias = values(norm, 2);
    float[] mean = values(norm, 3);
    float[] variance = values(norm, 4);
    float[] before = Nodes.hasInput(conv, 2) ? values(conv, 2) : new float[gamma.length];
    double epsilon =
        Nodes.attribute(norm, "epsilon").map(AttributeProto::getF).orElse(DEFAULT_EPSILON);
    int perChannel = weights.length / gamma.length;
    for (int channel = 0; channel < gamma.length; channel++) {
      double factor = gamma[channel] / Math.sqrt(variance[channel] + epsilon);
      bias[channel] = (float) ((before[channel] - mean[channel]) * factor + bias[channel]);
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        weights[i] = (float) (weights[i] * factor);
      }
    }
    String name = norm.getOutput(0) + "/folded";
    folded.addInitializer(Tensors.floats(name + "_weight", weights, kernel.getDimsList()));
    folded.addInitializer(Tensors.floats(name + "_bias", bias, List.of((long) bias.length)));
    return conv.toBuilder()
        .clearInput()
        .addInput(conv.getInput(0))
        .addInput(name + "_weight")
        .addInput(name + "_bias")
        .setOutput(0, norm.getOutput(0))
        .build();
  }

  private float[] values(NodeProto node, int input) {
    return Tensors.floats(graph.floats(node, input).orElseThrow());
  }
}
