package dev.flipside.trainer.export;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.Versions;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.net.layer.OnnxEmission;

/**
 * Exports a network to an ONNX model of opset 17 that contains its model card. Input: normalized
 * images {@code [N,3,H,W]}; output: logits {@code [N,C,H,W]}, for any N, H and W.
 */
public final class OnnxExporter {
  private static final int OPSET = 17;

  private OnnxExporter() {}

  /**
   * Returns the model.
   *
   * @param foldBatchNorm whether to fold batch normalization into the preceding convolutions, which
   *     is a little faster if the runtime does not do it itself
   */
  public static OnnxModelFile export(
      SegmentationNetwork network, ModelCard card, boolean foldBatchNorm) {
    OnnxGraph graph = new OnnxGraph(network.shape().name(), OPSET);
    OnnxValue images =
        graph.input(card.input().name(), TensorType.FLOAT32, "batch", 3, "height", "width");
    OnnxValue logits = network.emit(new OnnxEmission(graph, foldBatchNorm), images);
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
}
