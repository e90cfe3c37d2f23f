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
 * A float32 network made to compute in float16 where that pays: in convolutions and matrix
 * products, and in what lies between them. Inputs and outputs of the graph stay as they are, so its
 * card stays valid.
 *
 * <p>Where something is not known for sure it stays in float32: types that only a run would tell,
 * operators that float16 does no good, nodes with a constant that float16 cannot hold, bodies of
 * loops and branches. Whether what such a network computes stays below {@link Float16#LARGEST} no
 * graph tells; what does not becomes infinite.
 */
public final class HalfPrecision {
  /** Key in the metadata of an ONNX file under which a converted model tells how it was made. */
  public static final String METADATA_KEY = "flipside.float16";

  private static final Set<String> QUANTIZING = Set.of("QuantizeLinear", "DequantizeLinear");

  private HalfPrecision() {}

  /**
   * The same network with its heavy part in float16; the model itself where it has no heavy part in
   * float32, or computes in 8 bits.
   *
   * @param model not changed
   * @throws FlipsideException if its opset is older than 11
   */
  public static OnnxModelFile convert(OnnxModelFile model) {
    model.opset(); // of older ones it is not known which operators take float16
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

  /** What a converted model tells of how it was made; empty for other models. */
  public static Optional<String> note(OnnxModelFile model) {
    return model.metadata(METADATA_KEY);
  }

  private static boolean quantizes(NodeProto node) {
    return node.getDomain().isEmpty() && QUANTIZING.contains(node.getOpType());
  }
}
