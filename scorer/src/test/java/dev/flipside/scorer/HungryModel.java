package dev.flipside.scorer;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;
import java.util.Map;

/** A legal model that asks for more memory than a process can have where its batch is too large. */
public final class HungryModel {
  private static final int CLASSES = 3;

  /** 2 to this power floats are more than the address space. */
  private static final float EXPONENT = 46;

  private HungryModel() {}

  /**
   * Returns the model, a 1x1 convolution. Input {@code input [N,3,H,W]}, output {@code [N,3,H,W]}.
   *
   * @param views the largest N that runs, two for an image and its mirror image
   */
  public static LoadedModel load(int views) {
    OnnxGraph graph = new OnnxGraph("hungry", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    float[] weights = {.02f, -.01f, 0, 0, .01f, .01f, -.02f, 0, .01f};
    OnnxValue logits =
        graph.node("Conv", Map.of(), input, graph.initializer("w", weights, CLASSES, 3, 1, 1));
    OnnxValue batch =
        graph.node(
            "Cast",
            Map.of("to", 1L),
            graph.node(
                "Gather",
                Map.of(),
                graph.node("Shape", Map.of(), input),
                graph.initializer("first", new long[] {0}, 1)));
    OnnxValue one = graph.initializer("one", new float[] {1}, 1);
    OnnxValue excess =
        graph.node(
            "Min",
            Map.of(),
            graph.node(
                "Relu",
                Map.of(),
                graph.node(
                    "Sub", Map.of(), batch, graph.initializer("most", new float[] {views}, 1))),
            one);
    // Depends on the image, so that nothing is computed while the model is loaded.
    OnnxValue zero =
        graph.node(
            "Mul",
            Map.of(),
            graph.node("ReduceMean", Map.of("keepdims", 0L), input),
            graph.initializer("zero", new float[] {0}, 1));
    OnnxValue elements =
        graph.node(
            "Cast",
            Map.of("to", 7L),
            graph.node(
                "Pow",
                Map.of(),
                graph.initializer("two", new float[] {2}, 1),
                graph.node(
                    "Mul",
                    Map.of(),
                    graph.node("Add", Map.of(), excess, zero),
                    graph.initializer("exponent", new float[] {EXPONENT}, 1))));
    OnnxValue nothing =
        graph.node(
            "ReduceMax", Map.of("keepdims", 0L), graph.node("ConstantOfShape", Map.of(), elements));
    graph.output(
        "output",
        graph.node("Add", Map.of(), logits, nothing),
        TensorType.FLOAT32,
        "N",
        CLASSES,
        "H",
        "W");
    return new LoadedModel(graph.build("test", "1"), TestModels.rawCard(CLASSES, 1), List.of());
  }
}
