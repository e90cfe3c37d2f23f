package dev.flipside.scorer;

import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Networks so small that what they return is known. */
public final class TestModels {
  private static final int OPSET = 17;

  private TestModels() {}

  /** A card of raw RGB in, logits out, any size. */
  public static ModelCard rawCard(int classes, float scale) {
    return new ModelCard(
        ClassMap.unnamed(classes),
        new InputCard(
            "input",
            TensorLayout.NCHW,
            TensorType.FLOAT32,
            ChannelOrder.RGB,
            scale,
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            SizeRule.FREE),
        new OutputCard("output", TensorLayout.NCHW, OutputMeaning.LOGITS, null),
        null,
        null);
  }

  /**
   * A network that looks its logits up: the green value of the first pixel says for which image,
   * and a red value of 255 there that the image is mirrored.
   *
   * @param view0 logits of images, {@code [images,C,H,W]}
   * @param view1 logits of the mirrored images, {@code [images,C,H,W]}
   */
  public static LoadedModel lookup(
      float[] view0, float[] view1, int images, int classes, int height, int width) {
    OnnxGraph graph = new OnnxGraph("lookup", OPSET);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    long[] shape = {images, classes, height, width};
    OnnxValue first = graph.initializer("view0", view0, shape);
    OnnxValue mirrored = graph.initializer("view1", view1, shape);
    OnnxValue corner =
        graph.node(
            "Slice",
            Map.of(),
            input,
            graph.initializer("from", new long[] {0, 0}, 2),
            graph.initializer("to", new long[] {1, 1}, 2),
            graph.initializer("axes", new long[] {2, 3}, 2));
    OnnxValue red = channel(graph, corner, 0);
    OnnxValue green = channel(graph, corner, 1);
    OnnxValue index =
        graph.node(
            "Reshape",
            Map.of(),
            graph.node("Cast", Map.of("to", 7L), green),
            graph.initializer("flat", new long[] {-1}, 1));
    OnnxValue isMirrored =
        graph.node("Greater", Map.of(), red, graph.initializer("half", new float[] {127.5f}));
    OnnxValue logits =
        graph.node(
            "Where",
            Map.of(),
            isMirrored,
            graph.node("Gather", Map.of("axis", 0L), mirrored, index),
            graph.node("Gather", Map.of("axis", 0L), first, index));
    graph.output("output", logits, TensorType.FLOAT32, "N", classes, "H", "W");
    return new LoadedModel(graph.build("test", "1"), rawCard(classes, 1), List.of());
  }

  private static OnnxValue channel(OnnxGraph graph, OnnxValue corner, int channel) {
    return graph.node(
        "Slice",
        Map.of(),
        corner,
        graph.initializer("from" + channel, new long[] {channel}, 1),
        graph.initializer("to" + channel, new long[] {channel + 1}, 1),
        graph.initializer("axis" + channel, new long[] {1}, 1));
  }

  /** Seeded weights {@code [classes,3,3,3]} of {@link #convolution}. */
  public static float[] weights(int classes, long seed) {
    float[] weights = new float[classes * 27];
    Random random = new Random(seed);
    for (int at = 0; at < weights.length; at++) {
      weights[at] = (float) random.nextGaussian();
    }
    return weights;
  }

  /** One 3x3 convolution of raw RGB by 1/255, zero outside of the image. */
  public static LoadedModel convolution(int classes, float[] weights) {
    OnnxGraph graph = new OnnxGraph("convolution", OPSET);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue logits =
        graph.node(
            "Conv",
            Map.of("pads", new long[] {1, 1, 1, 1}),
            input,
            graph.initializer("weights", weights, classes, 3, 3, 3));
    graph.output("output", logits, TensorType.FLOAT32, "N", classes, "H", "W");
    return new LoadedModel(graph.build("test", "1"), rawCard(classes, 1f / 255), List.of());
  }
}
