package dev.flipside.trainer.export;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.Versions;
import dev.flipside.trainer.net.FcnResNet;
import dev.flipside.trainer.net.OnnxEmission;

/**
 * Writes a network as an ONNX model of opset 17 with its card inside: {@code [N,3,H,W]} normalised
 * images to {@code [N,C,H,W]} logits, for any N, H and W.
 */
public final class OnnxExporter {
  private static final int OPSET = 17;

  private OnnxExporter() {}

  /**
   * The network as a model in memory.
   *
   * @param foldBatchNorm whether batch normalisations become part of the convolutions before them;
   *     a little faster where the runtime does not do it itself
   */
  public static OnnxModelFile export(FcnResNet network, ModelCard card, boolean foldBatchNorm) {
    OnnxGraph graph = new OnnxGraph("fcn-resnet" + network.shape().depth(), OPSET);
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
