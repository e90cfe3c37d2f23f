package dev.flipside.scorer;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;
import java.util.Map;

/** A legal model that takes a minute for an image: products of matrices that depend on it. */
public final class SlowModel {
  private static final int CLASSES = 3;
  private static final int SIDE = 512;
  private static final int PRODUCTS = 6000;

  private SlowModel() {}

  /** Returns the model. Input {@code input [N,3,H,W]}, output {@code [N,3,H,W]}. */
  public static LoadedModel load() {
    OnnxGraph graph = new OnnxGraph("slow", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue weights = graph.initializer("w", new float[CLASSES * 3], CLASSES, 3, 1, 1);
    OnnxValue logits = graph.node("Conv", Map.of(), input, weights);
    OnnxValue factor = graph.initializer("m", new float[SIDE * SIDE], SIDE, SIDE);
    OnnxValue mean = graph.node("ReduceMean", Map.of("keepdims", 0L), logits);
    OnnxValue product = graph.node("Add", Map.of(), factor, mean);
    for (int i = 0; i < PRODUCTS; i++) {
      product = graph.node("MatMul", Map.of(), product, factor);
    }
    OnnxValue end = graph.node("ReduceMean", Map.of("keepdims", 0L), product);
    graph.output(
        "output",
        graph.node("Add", Map.of(), logits, end),
        TensorType.FLOAT32,
        "N",
        CLASSES,
        "H",
        "W");
    return new LoadedModel(graph.build("test", "1"), TestModels.rawCard(CLASSES, 1), List.of());
  }
}
