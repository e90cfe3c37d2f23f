package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.LossTerms;
import dev.flipside.trainer.loss.Objective;
import dev.flipside.trainer.net.layer.BatchNormalization;
import dev.flipside.trainer.net.layer.BilinearResize;
import dev.flipside.trainer.net.layer.Convolution;
import dev.flipside.trainer.net.layer.ConvolutionSpec;
import dev.flipside.trainer.net.layer.Layer;
import dev.flipside.trainer.net.layer.LayerFactory;
import dev.flipside.trainer.net.layer.Parameter;
import dev.flipside.trainer.net.layer.Relu;
import dev.flipside.trainer.net.layer.Sequential;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A whole training step with the layers of the networks: both views through batch normalization,
 * dilated convolution and upsampling, both losses, gradients, Adam, and the running statistics.
 */
class FullStepTest {
  private static final double TOLERANCE = 2e-6;

  @Test
  void step_bothViewsAndBothLosses_isThatOfTheReference() {
    Vectors training = Vectors.of("d_training");
    Vectors vectors = Vectors.of("d_training/full_step");
    JsonNode expected = vectors.expected();
    JsonNode optimizer = training.expected().path("optimizer");
    // The step takes the first of the batches.
    long[] all = Vectors.shape(training.expected().path("inputs"));
    Shape batch = new Shape(Arrays.copyOfRange(all, 1, all.length));
    float[] pixels =
        Arrays.copyOf(
            training.floats(training.expected().path("inputs")), Math.toIntExact(batch.size()));
    Shape labelShape = new Shape(batch.get(0), batch.get(2), batch.get(3));
    byte[] ids =
        Arrays.copyOf(
            training.bytes(training.expected().path("labels")).array(),
            Math.toIntExact(labelShape.size()));
    try (NDManager manager = Torch.manager(Device.cpu())) {
      Map<String, Parameter> weights = weights(manager, vectors, expected.path("before"));
      Layer network = network(weights);
      int classes = (int) Objects.requireNonNull(weights.get("head.bias")).shape()[0];
      NDArray images = manager.create(pixels, batch);
      NDArray labels =
          manager
              .create(ByteBuffer.wrap(ids), labelShape, DataType.UINT8)
              .toType(DataType.INT64, true);
      try (Objective objective =
              Objective.open(LossOptions.EQUAL, ClassMap.unnamed(classes), manager);
          GradientCollector gradients = Torch.engine().newGradientCollector()) {
        Transformation flip = new Transformation.HorizontalFlip();
        NDArray views = objective.inputs(images, flip).singletonOrThrow();
        NDArray logits = BilinearResize.resize(network.forward(views, true), views.getShape());
        LossTerms loss = objective.of(new NDList(logits), labels, flip, 1, 1);
        gradients.backward(loss.total());

        assertClose("logits", logits.toFloatArray(), vectors, expected.path("logits_train_mode"));
        assertThat(loss.values().crossEntropy()).isCloseTo(number(expected, "ce"), within(1e-5));
        assertThat(loss.values().consistency())
            .isCloseTo(number(expected, "consistency"), within(1e-5));
        assertThat(loss.values().total()).isCloseTo(number(expected, "loss"), within(1e-5));
      }
      expected
          .path("grads")
          .properties()
          .forEach(
              each -> {
                NDArray value = Objects.requireNonNull(weights.get(each.getKey())).value();
                assertClose(
                    "gradient of " + each.getKey(),
                    value.getGradient().toFloatArray(),
                    vectors,
                    each.getValue());
              });

      List<Parameter> trained = weights.values().stream().filter(Parameter::trained).toList();
      assertThat(trained).hasSize(expected.path("grads").size());
      try (Adam adam =
          new Adam(
              new ArrayList<>(trained),
              optimizer.path("weight_decay").asDouble(),
              Torch.manager(Device.cpu()))) {
        adam.step(optimizer.path("lr").asDouble());
      }
      expected
          .path("after_adam_step")
          .properties()
          .forEach(
              each ->
                  assertClose(
                      "after the step, " + each.getKey(),
                      Objects.requireNonNull(weights.get(each.getKey())).values(),
                      vectors,
                      each.getValue()));
      NDArray evaluated = BilinearResize.resize(network.forward(images, false), batch);
      assertClose(
          "logits in inference",
          evaluated.toFloatArray(),
          vectors,
          expected.path("eval_logits_after_step"));
    }
  }

  private static Map<String, Parameter> weights(
      NDManager manager, Vectors vectors, JsonNode before) {
    Map<String, Parameter> weights = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : before.properties()) {
      boolean trained = !each.getKey().contains(".running_");
      NDArray value =
          Torch.create(
              manager, vectors.floats(each.getValue()), new Shape(Vectors.shape(each.getValue())));
      value.setRequiresGradient(trained);
      weights.put(each.getKey(), new Parameter(each.getKey(), value, trained));
    }
    return weights;
  }

  /** Stride and dilation are those of the note in the reference's description. */
  private static Layer network(Map<String, Parameter> weights) {
    return new Sequential(
        List.of(
            convolution(weights, "conv1", 2, 1),
            normalization(weights, "bn1"),
            new Relu(),
            convolution(weights, "conv2", 1, 2),
            normalization(weights, "bn2"),
            new Relu(),
            convolution(weights, "head", 1, 1)));
  }

  private static Convolution convolution(
      Map<String, Parameter> weights, String name, int stride, int dilation) {
    Parameter weight = Objects.requireNonNull(weights.get(name + ".weight"));
    long[] shape = weight.shape();
    return new Convolution(
        weight,
        weights.get(name + ".bias"),
        ConvolutionSpec.dense((int) shape[1], (int) shape[0], (int) shape[2], stride, dilation));
  }

  private static BatchNormalization normalization(Map<String, Parameter> weights, String name) {
    return new BatchNormalization(
        Objects.requireNonNull(weights.get(name + ".weight")),
        Objects.requireNonNull(weights.get(name + ".bias")),
        Objects.requireNonNull(weights.get(name + ".running_mean")),
        Objects.requireNonNull(weights.get(name + ".running_var")),
        LayerFactory.EPSILON);
  }

  private static double number(JsonNode node, String name) {
    assertThat(node.path(name).isNumber()).as(name).isTrue();
    return node.path(name).asDouble();
  }

  /** Compares with a tolerance relative to the largest value, at least 1. */
  private static void assertClose(String what, float[] actual, Vectors vectors, JsonNode node) {
    double[] values = vectors.numbers(node);
    double scale = Math.max(1, Arrays.stream(values).map(Math::abs).max().orElse(0));
    assertThat(Vectors.largestDifference(actual, values)).as(what).isLessThan(TOLERANCE * scale);
  }
}
