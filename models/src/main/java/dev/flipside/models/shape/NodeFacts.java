package dev.flipside.models.shape;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.onnx.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node with the known properties of its inputs.
 *
 * @param proto the node
 * @param opset opset of its graph
 * @param facts known properties of all values so far, by name
 */
record NodeFacts(NodeProto proto, long opset, Map<String, PartialTensor> facts) {
  String op() {
    return proto.getOpType();
  }

  boolean has(int input) {
    return Nodes.hasInput(proto, input);
  }

  @Nullable PartialTensor fact(int input) {
    return has(input) ? facts.get(proto.getInput(input)) : null;
  }

  /** Returns the elements of an input, or null if not all are known. */
  double @Nullable [] known(int input) {
    PartialTensor fact = fact(input);
    if (fact == null || fact.data() == null) {
      return null;
    }
    for (double each : fact.data()) {
      if (Double.isNaN(each)) {
        return null;
      }
    }
    return fact.data();
  }

  /** Returns the elements of an integer input if present, else those of an attribute, else null. */
  long @Nullable [] longs(int input, String attributeName) {
    if (has(input)) {
      double[] known = known(input);
      return known == null ? null : toLongs(known);
    }
    return longs(attributeName);
  }

  long @Nullable [] longs(String name) {
    List<Long> values = attribute(name).map(AttributeProto::getIntsList).orElse(List.of());
    return values.isEmpty() ? null : values.stream().mapToLong(Long::longValue).toArray();
  }

  long integer(String name, long otherwise) {
    return attribute(name).map(AttributeProto::getI).orElse(otherwise);
  }

  String text(String name, String otherwise) {
    return attribute(name).map(each -> each.getS().toStringUtf8()).orElse(otherwise);
  }

  List<Float> floats(String name) {
    return attribute(name).map(AttributeProto::getFloatsList).orElse(List.of());
  }

  Optional<AttributeProto> attribute(String name) {
    return Nodes.attribute(proto, name);
  }

  ShapeMismatchException contradiction(String what) {
    String name = proto.getName().isEmpty() ? "" : " \"" + proto.getName() + "\"";
    return new ShapeMismatchException(op() + name + ": " + what);
  }

  /** Converts a possibly negative axis to an index from the start. */
  int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw contradiction("axis " + axis + " of a tensor of rank " + rank);
    }
    return (int) counted;
  }

  static long[] toLongs(double[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = (long) values[i];
    }
    return longs;
  }
}
