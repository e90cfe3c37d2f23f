package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Subgraphs;
import java.util.List;
import java.util.Map;

/**
 * A segmentation model extended with preprocessing only, which returns some of its values as they
 * are. Input {@link ScoringGraph#INPUT}: raw RGB, uint8 {@code [B,H,W,3]}, or the channels of the
 * model, {@code [B,H,W,n]}; for models of 16 bits they are multiplied by 257. Outputs: {@link
 * #output}, each value converted to float32.
 *
 * @param proto the model for an ONNX runtime
 */
public record ObservedModel(ModelProto proto) {
  private static final float TO_16_BITS = 257;

  /**
   * Builds the graph.
   *
   * @param input image input of the model
   * @param batch number of images
   * @param image size of the images
   * @param values names of graph outputs or inner values
   */
  public static ObservedModel of(
      OnnxModelFile model, InputCard input, int batch, ImageSize image, List<String> values) {
    GraphProto source = model.proto().getGraph();
    OnnxGraph graph = new OnnxGraph("observed", model.opset());
    OnnxGraph scope = graph.scope(Subgraphs.unusedPrefix(source, "observed"));
    OnnxOps ops = new OnnxOps(scope);
    OnnxValue images =
        graph.input(
            ScoringGraph.INPUT,
            TensorType.UINT8,
            batch,
            image.height(),
            image.width(),
            input.pixels().channels());
    OnnxValue raw =
        input.pixels().bits() == 8
            ? images
            : ops.op("Mul", ops.cast(images, TensorType.FLOAT32), ops.scalar(TO_16_BITS));
    OnnxValue prepared = new Preprocessing(ops, input).prepare(raw, batch, image);
    source.getNodeList().stream()
        .map(node -> GraphTemplate.renamed(node, Map.of(input.name(), prepared.name())))
        .forEach(graph::append);
    source.getInitializerList().forEach(graph::append);
    for (int i = 0; i < values.size(); i++) {
      scope.outputOfUnknownShape(
          output(i), ops.cast(new OnnxValue(values.get(i)), TensorType.FLOAT32));
    }
    return new ObservedModel(ScoringGraph.proto(model, graph));
  }

  /** Returns the name of the output with a value, by its index. */
  public static String output(int index) {
    return "observed_" + index;
  }
}
