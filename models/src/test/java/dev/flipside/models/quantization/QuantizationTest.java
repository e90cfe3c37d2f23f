package dev.flipside.models.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Tensors;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuantizationTest {
  @Test
  void range_asymmetric_mapsItsEndsToTheEndsOfAByte() {
    ActivationRange range = new ActivationRange(-1, 4.1f);

    assertThat(range.scale()).isCloseTo(0.02f, within(1e-7f));
    assertThat(range.zeroPoint()).isEqualTo(50);
    assertThat(range.rectified().zeroPoint()).isZero();
  }

  @Test
  void range_point_hasScaleOne() {
    assertThat(new ActivationRange(0, 0).scale()).isEqualTo(1);
  }

  @Test
  void range_withoutZero_isRefused() {
    assertThatThrownBy(() -> new ActivationRange(1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("around 0");
  }

  @Test
  void histogram_outliers_areInMinMaxAndNotInThePercentile() {
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 10_000f;
    }
    values[17] = 1000;
    values[18] = -500;
    ActivationHistogram histogram = new ActivationHistogram();

    histogram.add(FloatBuffer.wrap(values, 0, 5000));
    histogram.add(FloatBuffer.wrap(values, 5000, 5000));

    assertThat(histogram.total()).isEqualTo(10_000);
    assertThat(histogram.minMax()).isEqualTo(new ActivationRange(-500, 1000));
    ActivationRange most = histogram.percentile(0.999);
    assertThat(most.min()).isCloseTo(0, within(0.5f));
    assertThat(most.max()).isCloseTo(1, within(0.5f));
  }

  @Test
  void histogram_percentileOfEvenValues_isThatValue() {
    ActivationHistogram histogram = new ActivationHistogram();
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 50_000f - 1;
    }

    histogram.add(FloatBuffer.wrap(values));

    ActivationRange range = histogram.percentile(0.9);
    assertThat(range.min()).isCloseTo(-0.8f, within(0.01f));
    assertThat(range.max()).isCloseTo(0.8f, within(0.01f));
  }

  @Test
  void histogram_valueThatIsNotFinite_isRefused() {
    ActivationHistogram histogram = new ActivationHistogram();

    assertThatThrownBy(() -> histogram.add(FloatBuffer.wrap(new float[] {1, Float.NaN})))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> histogram.add(FloatBuffer.wrap(new float[] {Float.NEGATIVE_INFINITY})))
        .hasMessageContaining("Infinity");
  }

  @Test
  void weights_twoChannels_haveAScaleEach() {
    TensorProto kernel =
        Tensors.floats("w", new float[] {1.27f, -0.64f, 0.0254f, 0.0127f}, List.of(2L, 2L, 1L, 1L));

    ChannelWeights weights = ChannelWeights.of(kernel, new float[] {0.5f, -0.5f}, 0.1f);

    assertThat(weights.values()).containsExactly(127, -64, 127, 64);
    assertThat(weights.scales()[0]).isCloseTo(0.01f, within(1e-8f));
    assertThat(weights.scales()[1]).isCloseTo(0.0002f, within(1e-9f));
    assertThat(weights.bias(new float[] {0.5f, -0.5f}, 0.1f)).containsExactly(500, -25000);
  }

  @Test
  void weights_deadChannel_keepsItsBias() {
    TensorProto kernel = Tensors.floats("w", new float[] {0}, List.of(1L, 1L, 1L, 1L));
    float[] bias = {0.3f};

    ChannelWeights weights = ChannelWeights.of(kernel, bias, 0.05f);

    float back = weights.bias(bias, 0.05f)[0] * weights.productScales(0.05f)[0];
    assertThat(back).isCloseTo(0.3f, within(1e-6f));
  }

  @Test
  void floating_normalisationBehindConvolution_isFolded() {
    // y = (3x + 1 - 4) * 2 / sqrt(0.25) + 5 = 12 x - 7
    OnnxGraph graph = new OnnxGraph("folding", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue conv =
        graph.node(
            "Conv", Map.of(), x, floats(graph, "w", new float[] {3}, 1, 1, 1, 1), vector(graph, 1));
    OnnxValue norm =
        graph.node(
            "BatchNormalization",
            Map.of("epsilon", 0f),
            conv,
            vector(graph, 2),
            vector(graph, 5),
            vector(graph, 4),
            vector(graph, 0.25f));
    graph.output("output", norm, TensorType.FLOAT32, "N", 1, "H", "W");

    var folded = BatchNormFolding.fold(graph.toProto());

    assertThat(ops(folded.getNodeList())).containsExactly("Conv", "Identity");
    assertThat(values(folded.getInitializerList(), "_weight")).containsExactly(12);
    assertThat(values(folded.getInitializerList(), "_bias")).containsExactly(-7);
  }

  @Test
  void floating_convolutionReadTwice_keepsItsNormalisation() {
    OnnxGraph graph = new OnnxGraph("folding", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue conv =
        graph.node("Conv", Map.of(), x, floats(graph, "w", new float[] {3}, 1, 1, 1, 1));
    OnnxValue norm =
        graph.node(
            "BatchNormalization",
            Map.of(),
            conv,
            vector(graph, 2),
            vector(graph, 5),
            vector(graph, 4),
            vector(graph, 1));
    graph.output(
        "output", graph.node("Add", Map.of(), conv, norm), TensorType.FLOAT32, "N", 1, "H", "W");

    assertThat(ops(BatchNormFolding.fold(graph.toProto()).getNodeList()))
        .contains("BatchNormalization");
  }

  @Test
  void quantize_residualNetwork_leavesOnePairBehindEachValueAndNoInnerRectifier() {
    Quantization quantization = Quantization.of(residual(17), "input", "output");
    Calibration calibration = shown(quantization, 1, -1, 1);

    OnnxModelFile quantized =
        quantization.quantize(calibration, ActivationHistogram::minMax, "by hand");

    List<String> ops = ops(quantized.proto().getGraph().getNodeList());
    // Two inner convolutions and the sum; the first and the last convolution stay as they are.
    assertThat(quantization.count()).isEqualTo(3);
    // Pairs behind: what enters the block, the first inner convolution, the second, the sum.
    assertThat(ops.stream().filter("QuantizeLinear"::equals)).hasSize(4);
    // Those four, and weights and bias of two convolutions.
    assertThat(ops.stream().filter("DequantizeLinear"::equals)).hasSize(8);
    // Only the rectifier behind the first convolution, which is float32, is left.
    assertThat(ops.stream().filter("Relu"::equals)).hasSize(1);
    assertThat(quantized.proto().getMetadataPropsList())
        .anyMatch(
            each ->
                each.getKey().equals(Quantization.METADATA_KEY)
                    && each.getValue().endsWith("by hand")
                    && each.getValue().contains("sha256:"));
  }

  @Test
  void quantize_biasBehindIdentity_isAConstantLikeAnyOther() {
    // PyTorch's exporter has layers with equal biases share one, handed on by an Identity.
    OnnxGraph graph = new OnnxGraph("shared", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue shared = vector(graph, 0.25f);
    OnnxValue value = x;
    for (int layer = 0; layer < 4; layer++) {
      OnnxValue weight = floats(graph, "w" + layer, new float[] {0.5f}, 1, 1, 1, 1);
      OnnxValue bias = layer == 0 ? shared : graph.node("Identity", Map.of(), shared);
      value = graph.node("Conv", Map.of(), value, weight, bias);
    }
    graph.output("output", value, TensorType.FLOAT32, "N", 1, "H", "W");
    Quantization quantization = Quantization.of(graph.build("test", "1"), "input", "output");
    Calibration calibration = shown(quantization, 1, -1, 1);

    OnnxModelFile quantized =
        quantization.quantize(calibration, ActivationHistogram::minMax, "by hand");

    assertThat(quantization.count()).isEqualTo(2);
    assertThat(Quantization.note(quantized).orElseThrow())
        .startsWith("int8 in 2 of 4 convolutions");
    // Only that which gives the output its name.
    assertThat(ops(quantized.proto().getGraph().getNodeList()).stream().filter("Identity"::equals))
        .hasSize(1);
  }

  @Test
  void identityRemoval_valueThatALoopReads_keepsItsName() {
    OnnxGraph graph = new OnnxGraph("body", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue handed = graph.node("Identity", Map.of(), x);
    OnnxValue twice = graph.node("Identity", Map.of(), handed);
    graph.output("output", graph.node("Relu", Map.of(), twice), TensorType.FLOAT32, "N", 1, "H");
    GraphProto.Builder source = graph.toProto().toBuilder();
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addNode(
                NodeProto.newBuilder().setOpType("Relu").addInput(handed.name()).addOutput("inner"))
            .build();
    source.addNode(
        NodeProto.newBuilder()
            .setOpType("Loop")
            .addInput(handed.name())
            .addOutput("looped")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(body)));

    GraphProto removed = IdentityElimination.remove(source.build());

    assertThat(removed.getNodeList())
        .anyMatch(
            node -> node.getOpType().equals("Identity") && node.getOutput(0).equals(handed.name()))
        .anyMatch(node -> node.getOpType().equals("Relu") && node.getInput(0).equals(handed.name()))
        .noneMatch(node -> node.getOutput(0).equals(twice.name()));
  }

  @Test
  void quantize_nothingShown_isRefused() {
    Quantization quantization = Quantization.of(residual(17), "input", "output");
    Calibration calibration = quantization.calibration(1, 0);

    assertThatThrownBy(
            () -> quantization.quantize(calibration, ActivationHistogram::minMax, "by hand"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was not shown");
  }

  @Test
  void of_opset12_isRefusedWithItsCure() {
    OnnxModelFile old = residual(12);

    assertThatThrownBy(() -> Quantization.of(old, "input", "output"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("opset 12")
        .hasMessageContaining("opset 17");
  }

  @Test
  void of_singleConvolution_isRefused() {
    OnnxGraph graph = new OnnxGraph("single", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue conv =
        graph.node("Conv", Map.of(), x, floats(graph, "w", new float[] {3}, 1, 1, 1, 1));
    graph.output("output", conv, TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxModelFile single = graph.build("test", "1");

    assertThatThrownBy(() -> Quantization.of(single, "input", "output"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("nothing to quantise");
  }

  @Test
  void weights_biasCorrection_isWhatRoundingTookFromEachChannelOnAverage() {
    // Scales 0.01: 1.27 is 127, 0.004 is 0, 0.006 is 1; of the group of its own, 0.5 of 127 steps.
    TensorProto kernel =
        Tensors.floats("w", new float[] {1.27f, 0.004f, 1.27f, 0.006f}, List.of(2L, 2L, 1L, 1L));
    ChannelWeights weights = ChannelWeights.of(kernel, new float[2], 0.1f);
    ChannelStatistics inputs = new ChannelStatistics(4);
    inputs.add(FloatBuffer.wrap(new float[] {1, 3, 10, 30, 5, 5, 100, 300}));

    double[] biasCorrection = weights.biasCorrection(kernel, inputs);

    // Two groups of two inputs: means 2, 20 and 5, 200.
    assertThat(biasCorrection[0]).isCloseTo(0.004 * 20, within(1e-6));
    assertThat(biasCorrection[1]).isCloseTo(-0.004 * 200, within(1e-5));
  }

  @Test
  void quantize_roundedWeights_correctsTheBias() {
    OnnxGraph graph = new OnnxGraph("rounded", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 2, "H", "W");
    OnnxValue value = x;
    for (int layer = 0; layer < 3; layer++) {
      OnnxValue weight =
          floats(graph, "w" + layer, new float[] {1.27f, 0.004f, 0.004f, 1.27f}, 2, 2, 1, 1);
      value = graph.node("Conv", Map.of(), value, weight);
    }
    graph.output("output", value, TensorType.FLOAT32, "N", 2, "H", "W");
    Quantization quantization = Quantization.of(graph.build("test", "1"), "input", "output");
    Calibration calibration = shown(quantization, 2, 50, 25);

    OnnxModelFile quantized =
        quantization.quantize(calibration, histogram -> new ActivationRange(0, 2.55f), "by hand");

    TensorProto bias =
        quantized.proto().getGraph().getInitializerList().stream()
            .filter(each -> each.getName().endsWith("int8_bias"))
            .findFirst()
            .orElseThrow();
    IntBuffer units =
        bias.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    // 0.004 of 25 and of 50, in units of 0.01 * 0.01.
    assertThat(units.get(0)).isEqualTo(1000);
    assertThat(units.get(1)).isEqualTo(2000);
  }

  /** Each value of a network shown as {@code [1,C,H,1]}. */
  private static Calibration shown(Quantization quantization, int channels, float... elements) {
    Calibration calibration = quantization.calibration(1, 0);
    long[] shape = {1, channels, elements.length / channels, 1};
    quantization
        .observed()
        .forEach(name -> calibration.show(name, shape, FloatBuffer.wrap(elements)));
    return calibration;
  }

  /** Convolution, rectifier; a block of two convolutions and a sum; a last convolution. */
  private static OnnxModelFile residual(int opset) {
    OnnxGraph graph = new OnnxGraph("residual", opset);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue first = graph.node("Relu", Map.of(), convolution(graph, x, "first"));
    OnnxValue inner = graph.node("Relu", Map.of(), convolution(graph, first, "inner"));
    OnnxValue sum = graph.node("Add", Map.of(), convolution(graph, inner, "second"), first);
    OnnxValue last = convolution(graph, graph.node("Relu", Map.of(), sum), "last");
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");
    return graph.build("test", "1");
  }

  private static OnnxValue convolution(OnnxGraph graph, OnnxValue x, String name) {
    OnnxGraph scope = graph.scope(name);
    return scope.node(
        "Conv",
        Map.of(),
        x,
        scope.initializer("w", new float[] {0.5f}, 1, 1, 1, 1),
        scope.initializer("b", new float[] {0.25f}, 1));
  }

  private static OnnxValue vector(OnnxGraph graph, float value) {
    return graph.initializer("vector" + value, new float[] {value}, 1);
  }

  private static OnnxValue floats(OnnxGraph graph, String name, float[] data, long... shape) {
    return graph.initializer(name, data, shape);
  }

  private static List<String> ops(List<NodeProto> nodes) {
    return nodes.stream().map(NodeProto::getOpType).toList();
  }

  private static float[] values(List<TensorProto> constants, String suffix) {
    return constants.stream()
        .filter(each -> each.getName().endsWith(suffix))
        .findFirst()
        .map(Tensors::floats)
        .orElseThrow();
  }
}
