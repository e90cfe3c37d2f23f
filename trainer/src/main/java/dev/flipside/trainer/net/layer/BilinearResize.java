package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.TorchScript;
import java.util.Map;

/** Bilinear resizing with half-pixel centers to the height and width of another feature map. */
public final class BilinearResize {
  private BilinearResize() {}

  /**
   * Returns {@code [N,C,H,W]}; a new array.
   *
   * @param features {@code [N,C,h,w]}
   * @param target shape whose last two axes are H and W
   */
  public static NDArray resize(NDArray features, Shape target) {
    long[] size = {target.get(2), target.get(3)};
    try (NDArray wanted = features.getManager().create(size)) {
      return Scripted.UPSAMPLE.call(features, wanted);
    }
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

  /** DJL's interpolation has an anti-aliasing filter, which enlarging does not need. */
  private static final class Scripted {
    static final TorchScript UPSAMPLE =
        TorchScript.function(
            "x: Tensor, size: Tensor",
            "torch.upsample_bilinear2d(x,"
                + " [int(torch.select(size, 0, 0)), int(torch.select(size, 0, 1))], False)");
  }
}
