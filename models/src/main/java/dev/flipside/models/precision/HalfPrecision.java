package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.Optional;
import java.util.Set;

/**
 * Converts float32 models to mixed precision: convolutions, matrix products and the nodes between
 * them compute in float16. Graph inputs and outputs stay unchanged, so the model card stays valid.
 *
 * <p>Stays in float32: values of unknown type, operators that do not benefit, nodes with a constant
 * that float16 cannot represent, and bodies of loops and branches. Activations above {@link
 * Float16#LARGEST} overflow to infinity; the graph alone cannot tell whether this occurs.
 */
public final class HalfPrecision {
  /** Metadata key of the conversion note in a converted model. */
  public static final String METADATA_KEY = "flipside.float16";

  private static final Set<String> QUANTIZING = Set.of("QuantizeLinear", "DequantizeLinear");

  private HalfPrecision() {}

  /**
   * Converts a model. Returns the model itself if it has no float32 convolution or matrix product,
   * or is quantized.
   *
   * @param model not modified
   * @throws FlipsideException if the opset is older than 9
   */
  public static OnnxModelFile convert(OnnxModelFile model) {
    model.opset(); // rejects old opsets: operators take float16 since opset 11
    GraphProto source = model.proto().getGraph();
    if (source.getNodeList().stream().anyMatch(HalfPrecision::quantizes)) {
      return model;
    }
    GraphView graph = GraphView.of(source);
    FloatConstants constants = new FloatConstants(graph);
    HalfPlan plan = new HalfPlan(source, graph, constants);
    if (plan.heavy() == 0) {
      return model;
    }
    String note =
        "float16 in "
            + plan.heavy()
            + " of "
            + graph.nodes().stream().filter(HalfOperators::isHeavy).count()
            + " convolutions and matrix products of "
            + model.digest();
    return model.with(
        model.proto().toBuilder()
            .setGraph(new HalfGraph(source, graph, plan, constants).build())
            .addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(METADATA_KEY).setValue(note))
            .build());
  }

  /** Returns the conversion note of a converted model; empty for other models. */
  public static Optional<String> note(OnnxModelFile model) {
    return model.metadata(METADATA_KEY);
  }

  private static boolean quantizes(NodeProto node) {
    return node.getDomain().isEmpty() && QUANTIZING.contains(node.getOpType());
  }
}
