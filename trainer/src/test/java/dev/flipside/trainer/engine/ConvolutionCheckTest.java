package dev.flipside.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.flipside.trainer.engine.ConvolutionOperator.Operands;
import dev.flipside.trainer.engine.ConvolutionOperator.Result;
import dev.flipside.trainer.net.Backbone;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.SegmentationNetwork;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionCheckTest {
  private static final ConvolutionShape SHAPE = ConvolutionShape.SELF_CHECK.get(0);

  /** The arrays that a convolution computes. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Computed {
    OUTPUT(Result::output, ConvolutionDeviation::output),
    INPUT_GRADIENT(Result::inputGradient, ConvolutionDeviation::inputGradient),
    WEIGHT_GRADIENT(Result::weightGradient, ConvolutionDeviation::weightGradient),
    BIAS_GRADIENT(Result::biasGradient, ConvolutionDeviation::biasGradient);

    private final Function<Result, double[]> values;
    private final Function<ConvolutionDeviation, Double> deviation;

    Computed(Function<Result, double[]> values, Function<ConvolutionDeviation, Double> deviation) {
      this.values = values;
      this.deviation = deviation;
    }
  }

  @Test
  void apply_onePixelTwoByTwoChannels_asByHand() {
    // y = W x + b, dx = Wᵀ g, dW = g xᵀ, db = g.
    ConvolutionShape shape = new ConvolutionShape(1, 2, 2, 1, 1, 1, 1, 1, 1, true);

    Result result =
        new ReferenceConvolution()
            .apply(
                shape,
                new Operands(
                    new float[] {5, 7},
                    new float[] {1, 2, 3, 4},
                    new float[] {10, 20},
                    new float[] {1, -1}));

    assertThat(result.output()).containsExactly(29, 63);
    assertThat(result.inputGradient()).containsExactly(-2, -2);
    assertThat(result.weightGradient()).containsExactly(5, 7, -5, -7);
    assertThat(result.biasGradient()).containsExactly(1, -1);
  }

  @Test
  void apply_kernelThreeOnARow_padsWithZerosAndStrides() {
    // Row 1 2 3 4 5, the middle row of the kernel is 1 10 100; stride 2 takes positions 0, 2 and 4.
    ConvolutionShape shape = new ConvolutionShape(1, 1, 1, 1, 3, 2, 1, 1, 5, false);

    Result result =
        new ReferenceConvolution()
            .apply(
                shape,
                new Operands(
                    new float[] {1, 2, 3, 4, 5},
                    new float[] {0, 0, 0, 1, 10, 100, 0, 0, 0},
                    new float[1],
                    new float[] {1, 1, 1}));

    assertThat(result.output()).containsExactly(210, 432, 54);
    assertThat(result.inputGradient()).containsExactly(10, 101, 10, 101, 10);
    assertThat(result.weightGradient()).containsExactly(0, 0, 0, 6, 9, 6, 0, 0, 0);
    assertThat(result.biasGradient()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void check_oneValueWrong_isCaughtInEveryArray(Computed computed) {
    ConvolutionDeviation deviation = new ConvolutionCheck(wrongIn(computed, 1e-3)).check(SHAPE);

    assertThat(deviation.acceptable()).isFalse();
    for (Computed each : Computed.values()) {
      assertThat(each.deviation.apply(deviation) > ConvolutionCheck.TOLERANCE)
          .as(each.toString())
          .isEqualTo(each == computed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void check_oneValueNotANumber_isCaughtInEveryArray(Computed computed) {
    assertThat(new ConvolutionCheck(wrongIn(computed, Double.NaN)).check(SHAPE).acceptable())
        .isFalse();
  }

  @Test
  void check_roundingOfFloats_isAccepted() {
    assertThat(new ConvolutionCheck(wrongIn(Computed.OUTPUT, 1e-6)).check(SHAPE).acceptable())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.125, 0.3, 0.75})
  void checkConvolution_shapesOfNetworks_agreeWithTheReference(double width) {
    assertThat(
            SegmentationNetwork.convolutions(
                NetworkShape.ofDepth(18).withWidth(width).withOutputStride(8)))
        .hasSizeGreaterThan(8)
        .allSatisfy(shape -> assertThat(Torch.checkConvolution(shape).acceptable()).isTrue());
  }

  @Test
  void checkConvolution_depthwiseShapes_agreeWithTheReference() {
    NetworkShape shape = NetworkShape.of(Backbone.EFFICIENTNET_LITE0).withWidth(0.25);
    assertThat(SegmentationNetwork.convolutions(shape))
        .anyMatch(each -> each.groups() > 1)
        .allSatisfy(each -> assertThat(Torch.checkConvolution(each).acceptable()).isTrue());
  }

  @Test
  void grid_always_holdsEveryKernelAndDilationOnce() {
    assertThat(ConvolutionShape.grid()).hasSize(360).doesNotHaveDuplicates();
  }

  /** The engine's convolution with the last value of one array off by a fraction of the largest. */
  private static ConvolutionOperator wrongIn(Computed computed, double fraction) {
    return (shape, operands) -> {
      try (NDManager manager = Torch.manager(Device.cpu())) {
        Result result = new DjlConvolution(manager).apply(shape, operands);
        double[] values = computed.values.apply(result);
        double largest = 0;
        for (double each : values) {
          largest = Math.max(largest, Math.abs(each));
        }
        values[values.length - 1] += fraction * largest;
        return result;
      }
    };
  }
}
