package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Atrous spatial pyramid pooling (DeepLabV3): parallel convolutions of several dilations and the
 * mean of the whole map, concatenated and projected.
 *
 * @param branches convolutions that keep the size, at least one
 * @param pooled applied to the mean over H and W, {@code [N,C,1,1]}; in training it needs two
 *     images for its batch normalization
 * @param projection applied to the concatenated channels
 */
public record AtrousPyramid(List<Layer> branches, Layer pooled, Layer projection) implements Layer {
  private static final int CHANNELS = 1;

  /** Copies the list. */
  public AtrousPyramid {
    branches = List.copyOf(branches);
  }

  @Override
  public NDArray forward(NDArray input, boolean training) {
    try (NDList parts = new NDList()) {
      for (Layer branch : branches) {
        parts.add(branch.forward(input, training));
      }
      try (NDArray rows = input.mean(new int[] {3}, true);
          NDArray mean = rows.mean(new int[] {2}, true);
          NDArray context = pooled.forward(mean, training)) {
        Shape map = input.getShape();
        parts.add(
            context.broadcast(
                new Shape(map.get(0), context.getShape().get(CHANNELS), map.get(2), map.get(3))));
      }
      try (NDArray joined = NDArrays.concat(parts, CHANNELS)) {
        return projection.forward(joined, training);
      }
    }
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    OnnxGraph graph = onnx.graph();
    List<OnnxValue> parts = new ArrayList<>();
    for (Layer branch : branches) {
      parts.add(branch.emit(onnx, input));
    }
    OnnxValue context = pooled.emit(onnx, graph.node("GlobalAveragePool", Map.of(), input));
    OnnxValue channels = graph.node("Shape", Map.of("start", 0L, "end", 2L), context);
    OnnxValue size = graph.node("Shape", Map.of("start", 2L, "end", 4L), input);
    OnnxValue target = graph.node("Concat", Map.of("axis", 0L), channels, size);
    parts.add(graph.node("Expand", Map.of(), context, target));
    OnnxValue joined =
        graph.node("Concat", Map.of("axis", (long) CHANNELS), parts.toArray(OnnxValue[]::new));
    return projection.emit(onnx, joined);
  }
}
