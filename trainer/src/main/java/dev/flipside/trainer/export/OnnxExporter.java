package dev.flipside.trainer.export;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.Versions;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.net.layer.OnnxEmission;
import java.util.Map;

/**
 * Exports a network to an ONNX model of opset 17 that contains its model card. Input: normalized
 * images {@code [N,3,H,W]}; output: logits {@code [N,C,H,W]}, for any N, H and W.
 */
public final class OnnxExporter {
  private static final int OPSET = 17;

  private OnnxExporter() {}

  /** Returns the model of a network that was trained on images of their own size. */
  public static OnnxModelFile export(
      SegmentationNetwork network, ModelCard card, boolean foldBatchNorm) {
    return export(network, card, foldBatchNorm, 1);
  }

  /**
   * Returns the model.
   *
   * @param foldBatchNorm whether to fold batch normalization into the preceding convolutions, which
   *     is a little faster if the runtime does not do it itself
   * @param reduction factor by which the model reduces images before the network sees them, by
   *     averaging; the logits have the size of the image nevertheless. For networks that were
   *     trained on images of 1/reduction of their size.
   * @throws IllegalArgumentException if the factor is less than 1
   */
  public static OnnxModelFile export(
      SegmentationNetwork network, ModelCard card, boolean foldBatchNorm, int reduction) {
    if (reduction < 1) {
      throw new IllegalArgumentException("reduction " + reduction + ": expected at least 1");
    }
    OnnxGraph graph = new OnnxGraph(network.shape().name(), OPSET);
    OnnxValue images =
        graph.input(card.input().name(), TensorType.FLOAT32, "batch", 3, "height", "width");
    OnnxValue reduced = reduction == 1 ? images : reduced(graph, images, reduction);
    OnnxValue logits = network.emit(new OnnxEmission(graph, foldBatchNorm), reduced, images);
    graph.output(
        card.output().name(),
        logits,
        TensorType.FLOAT32,
        "batch",
        network.classes(),
        "height",
        "width");
    return graph.build("Flipside", Versions.flipside()).withCard(card);
  }

  /** Averages squares of pixels; those at the lower and right edge may be smaller. */
  private static OnnxValue reduced(OnnxGraph graph, OnnxValue images, long factor) {
    return graph.node(
        "AveragePool",
        Map.of(
            "kernel_shape",
            new long[] {factor, factor},
            "strides",
            new long[] {factor, factor},
            "ceil_mode",
            1L),
        images);
  }
}
