package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.Nodes;
import java.util.List;
import java.util.Optional;

/**
 * Geometry of a 2-D convolution; vertical values come first.
 *
 * @param kernel kernel size
 * @param strides distance of neighboring outputs in px
 * @param dilations distance of neighboring taps in px
 * @param pads zero padding: top, left, bottom, right
 */
record KernelGeometry(
    List<Long> kernel, List<Long> strides, List<Long> dilations, List<Long> pads) {
  /** Returns the geometry of a convolution; empty if it is not 2-D or uses automatic padding. */
  static Optional<KernelGeometry> of(NodeProto convolution, TensorProto weights) {
    boolean automatic =
        Nodes.attribute(convolution, "auto_pad")
            .map(each -> !each.getS().toStringUtf8().equals("NOTSET"))
            .orElse(false);
    if (automatic || weights.getDimsCount() != 4) {
      return Optional.empty();
    }
    return Optional.of(
        new KernelGeometry(
            weights.getDimsList().subList(2, 4),
            integers(convolution, "strides", List.of(1L, 1L)),
            integers(convolution, "dilations", List.of(1L, 1L)),
            integers(convolution, "pads", List.of(0L, 0L, 0L, 0L))));
  }

  private static List<Long> integers(NodeProto node, String name, List<Long> otherwise) {
    return Nodes.attribute(node, name).map(AttributeProto::getIntsList).orElse(otherwise);
  }

  /** Returns the number of groups of a convolution. */
  static long groups(NodeProto convolution) {
    return Nodes.attribute(convolution, "group").map(AttributeProto::getI).orElse(1L);
  }

  int taps() {
    return Math.toIntExact(kernel.get(0) * kernel.get(1));
  }

  /**
   * Returns the output length along an axis.
   *
   * @param axis 0 for rows, 1 for columns
   * @param length input length in px
   */
  int outputs(int axis, long length) {
    long covered = dilations.get(axis) * (kernel.get(axis) - 1) + 1;
    long free = length + pads.get(axis) + pads.get(axis + 2) - covered;
    return free < 0 ? 0 : Math.toIntExact(free / strides.get(axis) + 1);
  }

  /** Returns the input coordinate of a tap along an axis; may be outside the input. */
  int place(int axis, int output, int tap) {
    return Math.toIntExact(output * strides.get(axis) + tap * dilations.get(axis) - pads.get(axis));
  }
}
