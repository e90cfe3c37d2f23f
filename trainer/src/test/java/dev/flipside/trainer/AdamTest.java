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
import dev.flipside.trainer.loss.Loss;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.Objective;
import dev.flipside.trainer.net.layer.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps of the optimiser against PyTorch's Adam and its own formula in float64. */
class AdamTest {
  private static final List<String> NAMES =
      List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias");

  @ParameterizedTest
  @CsvSource({"ce, 20", "equal, 20", "equal_steplr2, 2"})
  void step_fiveStepsOfATwoLayerNetwork_weightsAsInFloat64(String run, int every) {
    Vectors vectors = Vectors.of("d_training");
    JsonNode steps = vectors.expected().path("runs").path(run).path("steps");
    LearningRate schedule = LearningRate.steps(5e-4, every, 0.1);
    LossOptions losses = run.equals("ce") ? LossOptions.CROSS_ENTROPY : LossOptions.EQUAL;
    float[] inputs = vectors.floats(vectors.expected().path("inputs"));
    byte[] labels = vectors.bytes(vectors.expected().path("labels")).array();
    try (NDManager manager = Torch.manager(Device.cpu());
        Objective objective = Objective.open(losses, ClassMap.unnamed(5), manager)) {
      List<Parameter> weights = new ArrayList<>();
      for (String name : NAMES) {
        JsonNode initial = vectors.expected().path("initial").path(name);
        NDArray value =
            Torch.create(manager, vectors.floats(initial), new Shape(Vectors.shape(initial)));
        value.setRequiresGradient(true);
        weights.add(new Parameter(name, value, true));
      }
      try (Adam adam = new Adam(weights, 2e-4, Torch.manager(Device.cpu()))) {
        for (int i = 0; i < 5; i++) {
          int size = inputs.length / 5;
          float[] input = Arrays.copyOfRange(inputs, i * size, (i + 1) * size);
          NDArray images = manager.create(input, new Shape(2, 3, 8, 10));
          byte[] ids = Arrays.copyOfRange(labels, i * 160, (i + 1) * 160);
          NDArray truth =
              manager
                  .create(ByteBuffer.wrap(ids), new Shape(2, 8, 10), DataType.UINT8)
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
        Loss loss =
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
    for (int epoch = 0; epoch < 60; epoch++) {
      assertThat(rate.at(epoch, 60)).isCloseTo(expected.get(epoch).asDouble(), within(1e-15));
    }
  }
}
