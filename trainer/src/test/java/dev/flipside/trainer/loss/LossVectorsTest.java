package dev.flipside.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.Vectors;
import dev.flipside.trainer.engine.Torch;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both losses and their gradients against vectors computed in float64. */
class LossVectorsTest {
  static List<String> sets() {
    return Vectors.sets("b_losses");
  }

  @ParameterizedTest
  @MethodSource("sets")
  void of_bothViews_lossAndGradientAsComputedInFloat64(String name) {
    Vectors vectors = Vectors.of(name);
    JsonNode expected = vectors.expected();
    Evaluation crossEntropy = evaluate(vectors, LossOptions.TWO_VIEWS);
    Evaluation both = evaluate(vectors, LossOptions.EQUAL);

    double ce = expected.path("ce").asDouble();
    double consistency = expected.path("consistency").asDouble();
    assertThat(crossEntropy.values.crossEntropy()).isCloseTo(ce, within(1e-6 * Math.max(1, ce)));
    assertThat(both.values.consistency())
        .isCloseTo(consistency, within(1e-6 * Math.max(1, consistency)));
    assertThat(both.values.total())
        .isCloseTo(ce + consistency, within(1e-6 * Math.max(1, ce + consistency)));
    double[] ce0 = vectors.numbers(expected.path("grad_ce_view0"));
    double[] ce1 = vectors.numbers(expected.path("grad_ce_view1_flipped"));
    assertClose(crossEntropy.gradient0, ce0);
    assertClose(crossEntropy.gradient1, ce1);
    assertClose(both.gradient0, sum(ce0, vectors.numbers(expected.path("grad_consistency_view0"))));
    assertClose(
        both.gradient1, sum(ce1, vectors.numbers(expected.path("grad_consistency_view1_flipped"))));
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Evaluation(LossValues values, float[] gradient0, float[] gradient1) {}

  private static Evaluation evaluate(Vectors vectors, LossOptions losses) {
    JsonNode expected = vectors.expected();
    Shape shape = new Shape(Vectors.shape(expected.path("view0")));
    ClassMap classes = ClassMap.unnamed((int) shape.get(1));
    try (NDManager manager = Torch.manager(Device.cpu());
        Objective objective = Objective.open(losses, classes, manager);
        GradientCollector gradients = Torch.engine().newGradientCollector()) {
      NDArray view0 = manager.create(vectors.floats(expected.path("view0")), shape);
      NDArray view1 = manager.create(vectors.floats(expected.path("view1_flipped")), shape);
      view0.setRequiresGradient(true);
      view1.setRequiresGradient(true);
      NDArray labels =
          manager
              .create(
                  vectors.bytes(expected.path("labels")),
                  new Shape(Vectors.shape(expected.path("labels"))),
                  DataType.UINT8)
              .toType(DataType.INT64, true);
      LossTerms loss =
          objective.of(
              new NDList(NDArrays.concat(new NDList(view0, view1))),
              labels,
              new Transformation.HorizontalFlip(),
              1,
              1);
      gradients.backward(loss.total());
      return new Evaluation(
          loss.values(), view0.getGradient().toFloatArray(), view1.getGradient().toFloatArray());
    }
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  private static void assertClose(float[] actual, double[] expected) {
    double scale = 0;
    for (double each : expected) {
      scale = Math.max(scale, Math.abs(each));
    }
    assertThat(Vectors.largestDifference(actual, expected)).isLessThanOrEqualTo(1e-6 * scale);
  }
}
