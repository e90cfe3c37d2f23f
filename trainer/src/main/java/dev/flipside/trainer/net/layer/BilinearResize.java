package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/** Bilinear resizing with half-pixel centers to the height and width of another feature map. */
public final class BilinearResize {
  private static final int BILINEAR = 1;

  private BilinearResize() {}

  /**
   * Returns {@code [N,C,H,W]}; a new array.
   *
   * @param features {@code [N,C,h,w]}
   * @param target shape whose last two axes are H and W
   */
  public static NDArray resize(NDArray features, Shape target) {
    long[] size = {target.get(2), target.get(3)};
    // The engine always takes half-pixel centers.
    return features.getNDArrayInternal().interpolation(size, BILINEAR, false);
  }

  /** Adds the same computation to a graph. */
  public static OnnxValue emit(OnnxEmission onnx, OnnxValue features, OnnxValue target) {
    OnnxGraph graph = onnx.graph();
    OnnxValue channels = graph.node("Shape", Map.of("start", 0L, "end", 2L), features);
    OnnxValue size = graph.node("Shape", Map.of("start", 2L, "end", 4L), target);
    OnnxValue sizes = graph.node("Concat", Map.of("axis", 0L), channels, size);
    return graph.node(
        "Resize",
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"),
        features,
        OnnxValue.ABSENT,
        OnnxValue.ABSENT,
        sizes);
  }
}
