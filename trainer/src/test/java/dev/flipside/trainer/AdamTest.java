package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.LossTerms;
import dev.flipside.trainer.loss.Objective;
import dev.flipside.trainer.net.layer.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of the optimiser against PyTorch's Adam and its own formula in float64. */
class AdamTest {
  private static final Pattern SCHEDULE =
      Pattern.compile("StepLR\\(step_size=(\\d+), gamma=([0-9.]+)\\).*");

  static List<String> runs() {
    List<String> runs = new ArrayList<>();
    Vectors.of("d_training").expected().path("runs").fieldNames().forEachRemaining(runs::add);
    return runs;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void step_stepsOfATwoLayerNetwork_weightsAsInFloat64(String run) {
    Vectors vectors = Vectors.of("d_training");
    JsonNode description = vectors.expected().path("runs").path(run);
    JsonNode steps = description.path("steps");
    JsonNode optimizer = vectors.expected().path("optimizer");
    Matcher rule = SCHEDULE.matcher(description.path("scheduler").asText());
    assertThat(rule.matches()).as(description.path("scheduler").asText()).isTrue();
    LearningRate schedule =
        LearningRate.steps(
            optimizer.path("lr").asDouble(),
            Integer.parseInt(rule.group(1)),
            Double.parseDouble(rule.group(2)));
    boolean both = steps.get(0).path("consistency").asDouble() > 0;
    LossOptions losses = both ? LossOptions.EQUAL : LossOptions.CROSS_ENTROPY;
    long[] shape = Vectors.shape(vectors.expected().path("inputs"));
    Shape batch = new Shape(Arrays.copyOfRange(shape, 1, shape.length));
    Shape labelShape = new Shape(batch.get(0), batch.get(2), batch.get(3));
    int classes =
        vectors.expected().path("initial").path("conv2.bias").path("shape").get(0).asInt();
    float[] inputs = vectors.floats(vectors.expected().path("inputs"));
    byte[] labels = vectors.bytes(vectors.expected().path("labels")).array();
    try (NDManager manager = Torch.manager(Device.cpu());
        Objective objective = Objective.open(losses, ClassMap.unnamed(classes), manager)) {
      List<Parameter> weights = new ArrayList<>();
      for (Map.Entry<String, JsonNode> each : vectors.expected().path("initial").properties()) {
        JsonNode initial = each.getValue();
        NDArray value =
            Torch.create(manager, vectors.floats(initial), new Shape(Vectors.shape(initial)));
        value.setRequiresGradient(true);
        weights.add(new Parameter(each.getKey(), value, true));
      }
      try (Adam adam =
          new Adam(
              weights, optimizer.path("weight_decay").asDouble(), Torch.manager(Device.cpu()))) {
        assertThat(steps).hasSize((int) shape[0]);
        for (int i = 0; i < steps.size(); i++) {
          int size = Math.toIntExact(batch.size());
          float[] input = Arrays.copyOfRange(inputs, i * size, (i + 1) * size);
          NDArray images = manager.create(input, batch);
          int pixels = Math.toIntExact(labelShape.size());
          byte[] ids = Arrays.copyOfRange(labels, i * pixels, (i + 1) * pixels);
          NDArray truth =
              manager
                  .create(ByteBuffer.wrap(ids), labelShape, DataType.UINT8)
                  .toType(DataType.INT64, true);
          double loss = gradients(objective, weights, images, truth);
          double rate = schedule.at(i, 60);
          adam.step(rate);

          JsonNode expected = steps.get(i);
          assertThat(rate).isCloseTo(expected.path("lr").asDouble(), within(1e-12));
          assertThat(loss).isCloseTo(expected.path("loss").asDouble(), within(2e-6));
          for (Parameter weight : weights) {
            double[] after =
                vectors.in(run).numbers(expected.path("weights_after").path(weight.name()));
            assertThat(Vectors.largestDifference(weight.values(), after))
                .as("step %d, %s", i + 1, weight.name())
                .isLessThan(1e-6);
          }
        }
      }
    }
  }

  private static double gradients(
      Objective objective, List<Parameter> weights, NDArray images, NDArray truth) {
    try (GradientCollector gradients = Torch.engine().newGradientCollector();
        NDArray views =
            objective.inputs(images, new Transformation.HorizontalFlip()).singletonOrThrow();
        NDArray hidden = Activation.relu(convolve(views, weights.get(0), weights.get(1), 1));
        NDArray logits = convolve(hidden, weights.get(2), weights.get(3), 0);
        LossTerms loss =
            objective.of(new NDList(logits), truth, new Transformation.HorizontalFlip(), 1, 1)) {
      gradients.backward(loss.total());
      return loss.values().total();
    }
  }

  private static NDArray convolve(NDArray input, Parameter weight, Parameter bias, int padding) {
    return Conv2d.conv2d(
            input, weight.value(), bias.value(), new Shape(1, 1), new Shape(padding, padding))
        .singletonOrThrow();
  }

  @Test
  void at_poly_fallsFromTheInitialRateToZeroWithinTheEpochsToo() {
    LearningRate rate = LearningRate.poly(1e-3);
    assertThat(rate.at(0, 10)).isEqualTo(1e-3);
    assertThat(rate.at(2.5, 10)).isCloseTo(1e-3 * Math.pow(0.75, 0.9), within(1e-15));
    assertThat(rate.at(10, 10)).isZero();
  }

  @Test
  void at_everyTwentyEpochs_rateOfTheScheduleOfPyTorch() {
    JsonNode expected =
        Vectors.of("d_training").expected().path("steplr_20_0.1_lr_per_epoch_0_to_59");
    LearningRate rate = LearningRate.steps(5e-4, 20, 0.1);
    assertThat(expected).hasSize(60);
    for (int epoch = 0; epoch < 60; epoch++) {
      assertThat(rate.at(epoch, 60)).isCloseTo(expected.get(epoch).asDouble(), within(1e-15));
    }
  }
}
