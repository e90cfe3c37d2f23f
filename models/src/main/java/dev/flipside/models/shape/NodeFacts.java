package dev.flipside.models.shape;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node and what is known of its inputs.
 *
 * @param proto the node
 * @param opset opset of its graph
 * @param facts what is known of every value so far
 */
record NodeFacts(NodeProto proto, long opset, Map<String, PartialTensor> facts) {
  String op() {
    return proto.getOpType();
  }

  boolean has(int input) {
    return input < proto.getInputCount() && !proto.getInput(input).isEmpty();
  }

  @Nullable PartialTensor fact(int input) {
    return has(input) ? facts.get(proto.getInput(input)) : null;
  }

  /** The elements of an input, null if they are not all known. */
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

  /** The elements of an integer input, else those of an attribute, else null. */
  long @Nullable [] longs(int input, String attributeName) {
    if (has(input)) {
      double[] known = known(input);
      return known == null ? null : toLongs(known);
    }
    return longs(attributeName);
  }

  long @Nullable [] longs(String name) {
    AttributeProto found = attribute(name);
    return found == null || found.getIntsCount() == 0
        ? null
        : found.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  long integer(String name, long otherwise) {
    AttributeProto found = attribute(name);
    return found == null ? otherwise : found.getI();
  }

  String text(String name, String otherwise) {
    AttributeProto found = attribute(name);
    return found == null ? otherwise : found.getS().toStringUtf8();
  }

  List<Float> floats(String name) {
    AttributeProto found = attribute(name);
    return found == null ? List.of() : found.getFloatsList();
  }

  @Nullable AttributeProto attribute(String name) {
    for (AttributeProto each : proto.getAttributeList()) {
      if (each.getName().equals(name)) {
        return each;
      }
    }
    return null;
  }

  ShapeMismatch contradiction(String what) {
    String name = proto.getName().isEmpty() ? "" : " \"" + proto.getName() + "\"";
    return new ShapeMismatch(op() + name + ": " + what);
  }

  /** An axis counted from the start. */
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
