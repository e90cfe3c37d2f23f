package dev.flipside.scorer;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.precision.Float16;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A converted network in float32 that rounds to the 11 significant bits of float16 whatever is
 * float16 in it: constants, and what each node makes. On the processor ONNX Runtime would leave out
 * the rounding between two nodes for which it has no float16.
 */
final class RoundedNetwork {
  private static final String SUFFIX = "/float16";

  /** {@code (2^13 + 1) x} keeps, once x is taken from it, the 11 leading bits of x. */
  private static final String FACTOR = "factor" + SUFFIX;

  private RoundedNetwork() {}

  static OnnxModelFile of(OnnxModelFile half) {
    GraphProto source = half.proto().getGraph();
    GraphProto.Builder rounded = source.toBuilder().clearNode().clearInitializer().clearValueInfo();
    rounded.addInitializer(
        TensorProto.newBuilder()
            .setName(FACTOR)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addFloatData((1 << 13) + 1));
    source.getInitializerList().forEach(each -> rounded.addInitializer(inFloat32(each)));
    for (NodeProto node : source.getNodeList()) {
      NodeProto.Builder copy = node.toBuilder();
      if (node.getOpType().equals("Cast") && node.getOutput(0).endsWith(SUFFIX)) {
        copy.setOpType("Identity").clearAttribute();
      }
      List<NodeProto> rounding = new ArrayList<>();
      for (int i = 0; i < node.getOutputCount(); i++) {
        String name = node.getOutput(i);
        if (name.endsWith(SUFFIX)) {
          copy.setOutput(i, name + "/exact");
          rounding.add(node("Mul", name + "/exact", FACTOR, name + "/large"));
          rounding.add(node("Sub", name + "/large", name + "/exact", name + "/rest"));
          rounding.add(node("Sub", name + "/large", name + "/rest", name));
        }
      }
      rounded.addNode(copy).addAllNode(rounding);
    }
    return half.with(half.proto().toBuilder().setGraph(rounded).build());
  }

  private static TensorProto inFloat32(TensorProto tensor) {
    if (tensor.getDataType() != TensorProto.DataType.FLOAT16_VALUE) {
      return tensor;
    }
    ShortBuffer halves =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    TensorProto.Builder floats =
        tensor.toBuilder().clearRawData().setDataType(TensorProto.DataType.FLOAT_VALUE);
    while (halves.hasRemaining()) {
      floats.addFloatData(Float16.toFloat(halves.get()));
    }
    return floats.build();
  }

  private static NodeProto node(String op, String left, String right, String output) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(output + "/" + op)
        .addInput(left)
        .addInput(right)
        .addOutput(output)
        .build();
  }
}
