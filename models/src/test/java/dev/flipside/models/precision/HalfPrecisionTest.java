package dev.flipside.models.precision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalfPrecisionTest {
  private final OnnxGraph graph = new OnnxGraph("network", 17);
  private final OnnxOps ops = new OnnxOps(graph);
  private final OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");

  @Test
  void convert_residualBlock_isCastOnceIntoFloat16AndOnceOutOfIt() {
    OnnxValue first = ops.op("Relu", conv("first", input));
    OnnxValue inner = ops.op("Relu", conv("inner", first));
    OnnxValue sum = ops.op("Add", conv("second", inner), first);
    OnnxModelFile model = returning(conv("last", ops.op("Relu", sum)));

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(types(converted))
        .containsExactly(
            "Cast",
            "Conv",
            "Relu",
            "Conv",
            "Relu",
            "Conv",
            "Add",
            "Relu",
            "Conv",
            "Cast",
            "Identity");
    assertThat(converted.getInitializerList())
        .hasSize(8)
        .allMatch(each -> each.getDataType() == TensorProto.DataType.FLOAT16_VALUE);
  }

  @Test
  void convert_anyNetwork_keepsInputsOutputsAndMetadata() {
    ModelProto.Builder proto = returning(conv("only", input)).proto().toBuilder();
    proto.addMetadataPropsBuilder().setKey("told").setValue("before");
    OnnxModelFile model = OnnxModelFile.of(proto.build());

    OnnxModelFile converted = HalfPrecision.convert(model);

    assertThat(graph(converted).getInputList()).isEqualTo(graph(model).getInputList());
    assertThat(graph(converted).getOutputList()).isEqualTo(graph(model).getOutputList());
    assertThat(converted.metadata("told")).hasValue("before");
    assertThat(HalfPrecision.note(converted))
        .hasValue("float16 in 1 of 1 convolutions and matrix products of " + model.digest());
    assertThat(HalfPrecision.note(model)).isEmpty();
  }

  @Test
  void convert_outputOfAConvolution_isCastBackUnderItsName() {
    OnnxValue conv = conv("only", input);
    ModelProto.Builder proto = returning(conv).proto().toBuilder();
    proto.getGraphBuilder().removeNode(1).getOutputBuilder(0).setName(conv.name());

    GraphProto converted = graph(HalfPrecision.convert(OnnxModelFile.of(proto.build())));

    NodeProto cast = making(converted, conv.name());
    assertThat(cast.getOpType()).isEqualTo("Cast");
    assertThat(cast.getAttribute(0).getI()).isEqualTo(TensorProto.DataType.FLOAT_VALUE);
    assertThat(making(converted, cast.getInput(0)).getOpType()).isEqualTo("Conv");
  }

  @Test
  void convert_inputOfTwoConvolutions_isCastOnce() {
    OnnxValue both = ops.op("Add", conv("left", input), conv("right", input));

    GraphProto converted = graph(HalfPrecision.convert(returning(conv("last", both))));

    assertThat(types(converted))
        .containsExactly("Cast", "Conv", "Conv", "Add", "Conv", "Cast", "Identity");
  }

  @Test
  void convert_operatorThatStays_readsAndIsReadThroughOneCast() {
    OnnxValue first = conv("first", input);
    OnnxValue exponential = ops.op("Exp", first);
    OnnxValue further = ops.op("Log", first);
    OnnxValue second = ops.op("Add", conv("second", exponential), conv("third", further));
    OnnxValue again = conv("fourth", exponential);
    GraphProto converted =
        graph(HalfPrecision.convert(returning(conv("last", ops.op("Add", second, again)))));

    assertThat(making(converted, exponential.name()).getInput(0)).isEqualTo(first.name());
    assertThat(making(converted, further.name()).getInput(0)).isEqualTo(first.name());
    assertThat(readersOf(converted, first.name() + "/float16"))
        .extracting(NodeProto::getOpType)
        .containsExactly("Cast");
    assertThat(readersOf(converted, exponential.name()))
        .extracting(NodeProto::getOpType)
        .containsExactly("Cast");
  }

  @Test
  void convert_lightNodesBeforeTheFirstAndBehindTheLastHeavyOne_stay() {
    OnnxValue normal = ops.op("Div", ops.op("Sub", input, ops.scalar(0.5f)), ops.scalar(0.25f));
    OnnxValue logits = conv("logits", normal);
    OnnxValue full =
        graph.node(
            "Resize",
            Map.of("mode", "linear"),
            logits,
            OnnxValue.ABSENT,
            ops.floats(new float[] {1, 1, 4, 4}, 4));
    GraphProto source = graph.toProto();

    GraphProto converted = graph(HalfPrecision.convert(returning(full)));

    assertThat(types(converted))
        .containsExactly("Sub", "Div", "Cast", "Conv", "Cast", "Resize", "Identity");
    assertThat(making(converted, full.name())).isEqualTo(making(source, full.name()));
  }

  @Test
  void convert_resizeBetweenConvolutions_keepsItsScalesInFloat32() {
    OnnxValue scales = ops.floats(new float[] {1, 1, 2, 2}, 4);
    OnnxValue resized =
        graph.node(
            "Resize", Map.of("mode", "linear"), conv("first", input), OnnxValue.ABSENT, scales);

    GraphProto converted = graph(HalfPrecision.convert(returning(conv("last", resized))));

    NodeProto resize = only(converted, "Resize");
    assertThat(resize.getInput(0)).endsWith("/float16");
    assertThat(resize.getInput(1)).isEmpty();
    assertThat(resize.getInput(2)).isEqualTo(scales.name());
    assertThat(constant(converted, scales.name()).getDataType())
        .isEqualTo(TensorProto.DataType.FLOAT_VALUE);
  }

  @Test
  void convert_shapeArithmetic_isNotTouchedAndCostsNoCast() {
    OnnxValue first = conv("first", input);
    OnnxValue shape = ops.op("Shape", first);
    OnnxValue sides = ops.op("Mul", ops.slice(shape, 0, 2, 4), ops.longs(2, 2));
    OnnxValue asFloat = ops.op("Mul", ops.cast(sides, TensorType.FLOAT32), ops.scalar(0.5f));
    OnnxValue whole = ops.concat(0, ops.slice(shape, 0, 0, 2), ops.cast(asFloat, TensorType.INT64));
    OnnxModelFile model = returning(conv("last", ops.op("Reshape", first, whole)));

    GraphProto converted = graph(HalfPrecision.convert(model));

    for (String op : List.of("Slice", "Mul", "Concat")) {
      assertThat(nodes(converted, op)).isEqualTo(nodes(graph(model), op));
    }
    assertThat(only(converted, "Shape").getInput(0)).isEqualTo(first.name() + "/float16");
    assertThat(only(converted, "Reshape").getInput(1)).isEqualTo(whole.name());
    assertThat(nodes(converted, "Cast")).hasSize(4); // two of the user's, one in, one out
  }

  @Test
  void convert_constantOfBothKinds_isThereInBothTypesOnce() {
    OnnxValue shared = graph.initializer("shared", new float[] {0.5f}, 1);
    OnnxValue weights = graph.initializer("w", new float[] {0.5f}, 1, 1, 1, 1);
    OnnxValue first = graph.node("Conv", Map.of(), ops.op("Mul", input, shared), weights, shared);
    OnnxValue second = graph.node("Conv", Map.of(), first, weights, shared);

    GraphProto converted = graph(HalfPrecision.convert(returning(second)));

    assertThat(converted.getInitializerList())
        .extracting(TensorProto::getName)
        .containsExactlyInAnyOrder("shared", "shared/float16", "w/float16");
    assertThat(constant(converted, "shared/float16").getRawData().toByteArray())
        .containsExactly(0x00, 0x38);
    assertThat(constant(converted, "w/float16").getDimsList()).containsExactly(1L, 1L, 1L, 1L);
  }

  @Test
  void convert_constantNodes_becomeSharedConstants() {
    OnnxValue weights =
        graph.node("Constant", Map.of("value", tensor(new float[] {0.5f}, 1, 1, 1, 1)));
    OnnxValue bias = graph.node("Constant", Map.of("value_floats", new float[] {0.25f}));
    OnnxValue handedOn = ops.op("Identity", bias);
    OnnxValue first = graph.node("Conv", Map.of(), input, weights, bias);
    OnnxValue second = graph.node("Conv", Map.of(), first, weights, handedOn);
    OnnxValue half = graph.node("Constant", Map.of("value_float", 0.5f));
    OnnxValue last = conv("last", ops.op("Mul", second, half));

    GraphProto converted = graph(HalfPrecision.convert(returning(last)));

    assertThat(types(converted)).doesNotContain("Constant").containsOnlyOnce("Identity");
    assertThat(converted.getInitializerList())
        .extracting(TensorProto::getName)
        .containsExactlyInAnyOrder(
            weights.name() + "/float16",
            bias.name() + "/float16",
            half.name() + "/float16",
            "last/w/float16",
            "last/b/float16");
    assertThat(constant(converted, half.name() + "/float16").getDimsCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(floats = {65536, -1e30f, Float.NaN, Float.NEGATIVE_INFINITY})
  void convert_weightThatFloat16DoesNotHold_keepsItsNodeInFloat32(float weight) {
    OnnxValue first = conv("first", input);
    OnnxValue large =
        graph.node(
            "Conv", Map.of(), first, graph.initializer("large", new float[] {weight}, 1, 1, 1, 1));
    OnnxModelFile model = returning(conv("last", large));

    OnnxModelFile converted = HalfPrecision.convert(model);

    assertThat(making(graph(converted), large.name()))
        .isEqualTo(making(graph(model), large.name()));
    assertThat(HalfPrecision.note(converted).orElseThrow()).startsWith("float16 in 2 of 3 ");
  }

  @Test
  void convert_epsilonThatWouldVanish_keepsItsNodeInFloat32() {
    OnnxValue first = conv("first", input);
    OnnxValue safe = ops.op("Add", first, ops.scalar(1e-9f));
    OnnxValue coarse = ops.op("Add", safe, ops.scalar(1e-5f));
    OnnxModelFile model = returning(conv("last", ops.op("Div", first, coarse)));

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(making(converted, safe.name())).isEqualTo(making(graph(model), safe.name()));
    // In float32 as its input is; only the division reads a value in float16.
    assertThat(making(converted, coarse.name())).isEqualTo(making(graph(model), coarse.name()));
    assertThat(only(converted, "Div").getInputList()).allMatch(each -> each.endsWith("/float16"));
  }

  @Test
  void convert_square_staysInFloat32() {
    OnnxValue first = conv("first", input);
    OnnxValue square = ops.op("Mul", first, first);
    OnnxModelFile model = returning(conv("last", square));

    assertThat(making(graph(HalfPrecision.convert(model)), square.name()))
        .isEqualTo(making(graph(model), square.name()));
  }

  @Test
  void convert_valueThatALoopReads_isThereInFloat32() {
    OnnxValue first = conv("first", input);
    OnnxModelFile model = returning(conv("last", ops.op("Relu", first)));
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addNode(node("Identity", "going", "still"))
            .addNode(node("Exp", first.name(), "inner"))
            .addInput(value("step", TensorProto.DataType.INT64_VALUE))
            .addInput(value("going", TensorProto.DataType.BOOL_VALUE))
            .addOutput(value("still", TensorProto.DataType.BOOL_VALUE))
            .addOutput(value("inner", TensorProto.DataType.FLOAT_VALUE))
            .build();
    ModelProto.Builder proto = model.proto().toBuilder();
    proto
        .getGraphBuilder()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("trips")
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addInt64Data(1))
        .addNode(
            node("Loop", "trips", "looped").toBuilder()
                .addInput("")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("body")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(body)))
        .addOutput(value("looped", TensorProto.DataType.FLOAT_VALUE));

    GraphProto converted = graph(HalfPrecision.convert(OnnxModelFile.of(proto.build())));

    assertThat(only(converted, "Loop").getAttribute(0).getG()).isEqualTo(body);
    assertThat(making(converted, first.name()).getOpType()).isEqualTo("Cast");
    List<String> order = converted.getNodeList().stream().map(each -> each.getOutput(0)).toList();
    assertThat(order.indexOf(first.name())).isLessThan(order.indexOf("looped"));
  }

  @Test
  void convert_dropout_keepsItsRatioAndTellsItsType() {
    OnnxValue ratio = graph.initializer("ratio", new float[] {0.25f});
    OnnxValue training =
        graph.initializer("training", TensorType.BOOL, ByteBuffer.wrap(new byte[] {1}));
    OnnxValue first = conv("first", input);
    OnnxValue dropped = graph.node("Dropout", Map.of(), first, ratio, training);

    GraphProto converted = graph(HalfPrecision.convert(returning(conv("last", dropped))));

    assertThat(only(converted, "Dropout").getInputList())
        .containsExactly(first.name() + "/float16", "ratio", "training");
    assertThat(converted.getValueInfoList())
        .filteredOn(each -> each.getName().equals(first.name() + "/float16"))
        .singleElement()
        .matches(
            each ->
                each.getType().getTensorType().getElemType() == TensorProto.DataType.FLOAT16_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 14, 15, 21})
  void convert_normalisation_hasAllItsConstantsInFloat16(int opset) {
    OnnxGraph old = new OnnxGraph("network", opset);
    OnnxValue x = old.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue weights = old.initializer("w", new float[] {1}, 1, 1, 1, 1);
    OnnxValue one = old.initializer("one", new float[] {1}, 1);
    OnnxValue first = old.node("Conv", Map.of(), x, weights);
    OnnxValue norm = old.node("BatchNormalization", Map.of(), first, one, one, one, one);
    old.output(
        "output", old.node("Conv", Map.of(), norm, weights), TensorType.FLOAT32, "N", 1, "H", "W");

    GraphProto converted = graph(HalfPrecision.convert(old.build("test", "1")));

    assertThat(only(converted, "BatchNormalization").getInputList())
        .containsExactly(
            first.name() + "/float16", "one/float16", "one/float16", "one/float16", "one/float16");
  }

  @Test
  void convert_normalisationThatGivesStatistics_staysInFloat32() {
    OnnxValue one = graph.initializer("one", new float[] {1}, 1);
    OnnxValue first = conv("first", input);
    OnnxValue norm =
        graph
            .nodes("BatchNormalization", 3, Map.of("training_mode", 1), first, one, one, one, one)
            .get(0);
    OnnxModelFile model = returning(conv("last", norm));

    assertThat(making(graph(HalfPrecision.convert(model)), norm.name()))
        .isEqualTo(making(graph(model), norm.name()));
  }

  @Test
  void convert_bounds_areFloat16WhereItHoldsThem() {
    OnnxValue six = ops.op("Clip", conv("first", input), ops.scalar(0), ops.scalar(6));
    OnnxValue open =
        ops.op("Clip", conv("second", six), ops.scalar(0), ops.scalar(Float.MAX_VALUE));
    OnnxValue bottom = ops.op("Clip", conv("third", open), ops.scalar(0.5f), OnnxValue.ABSENT);
    OnnxModelFile model = returning(conv("last", bottom));

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(nodes(converted, "Clip").get(0).getInputList())
        .allMatch(each -> each.endsWith("/float16"));
    assertThat(making(converted, open.name())).isEqualTo(making(graph(model), open.name()));
    assertThat(nodes(converted, "Clip").get(2).getInput(1)).endsWith("/float16");
    assertThat(nodes(converted, "Clip").get(2).getInput(2)).isEmpty();
  }

  @Test
  void convert_paddingAndSplit_haveTheirDataInFloat16() {
    OnnxValue pads = ops.longs(0, 0, 1, 1, 0, 0, 1, 1);
    OnnxValue padded =
        graph.node("Pad", Map.of("mode", "constant"), conv("first", input), pads, ops.scalar(0.5f));
    List<OnnxValue> halves = graph.nodes("Split", 2, Map.of("axis", 2), padded, ops.longs(3, 3));
    OnnxModelFile model = returning(conv("last", ops.op("Add", halves.get(0), halves.get(1))));

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(only(converted, "Pad").getInput(0)).endsWith("/float16");
    assertThat(only(converted, "Pad").getInput(1)).isEqualTo(pads.name());
    assertThat(only(converted, "Pad").getInput(2)).endsWith("/float16");
    assertThat(only(converted, "Split").getOutputList())
        .allMatch(each -> each.endsWith("/float16"));
    assertThat(only(converted, "Split").getInput(1)).doesNotEndWith("/float16");
  }

  @Test
  void convert_poolWithIndices_keepsThem() {
    List<OnnxValue> pooled =
        graph.nodes("MaxPool", 2, Map.of("kernel_shape", new long[] {2, 2}), conv("first", input));
    OnnxValue shape = ops.op("Shape", pooled.get(1));
    OnnxModelFile model = returning(conv("last", ops.op("Reshape", pooled.get(0), shape)));

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(only(converted, "MaxPool").getOutputList())
        .containsExactly(pooled.get(0).name() + "/float16", pooled.get(1).name());
    assertThat(only(converted, "Shape").getInput(0)).isEqualTo(pooled.get(1).name());
  }

  @Test
  void convert_namesThatLookLikeConverted_doNotClash() {
    OnnxValue first = conv("first", input);
    OnnxValue odd = graph.initializer(first.name() + "/float16", new float[] {1}, 1, 1, 1, 1);
    OnnxModelFile model = returning(graph.node("Conv", Map.of(), first, odd));

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(nodes(converted, "Conv").get(1).getInputList())
        .containsExactly(first.name() + "/float16_1", odd.name() + "/float16_1");
  }

  @Test
  void convert_constantsListedAsInputs_stayThereAndAreCast() {
    ModelProto.Builder old = returning(conv("only", input)).proto().toBuilder().setIrVersion(3);
    old.getGraphBuilder().addInput(value("only/w", TensorProto.DataType.FLOAT_VALUE));

    GraphProto converted = graph(HalfPrecision.convert(OnnxModelFile.of(old.build())));

    assertThat(converted.getInputList()).isEqualTo(old.getGraph().getInputList());
    assertThat(constant(converted, "only/w").getDataType())
        .isEqualTo(TensorProto.DataType.FLOAT_VALUE);
    assertThat(making(converted, "only/w/float16").getOpType()).isEqualTo("Cast");
  }

  @Test
  void convert_nodesInAnyOrder_areBroughtIntoOne() {
    OnnxModelFile model = returning(conv("last", ops.op("Relu", conv("first", input))));
    ModelProto.Builder mixed = model.proto().toBuilder();
    NodeProto first = mixed.getGraph().getNode(0);
    mixed.getGraphBuilder().removeNode(0).addNode(first);

    assertThat(types(graph(HalfPrecision.convert(OnnxModelFile.of(mixed.build())))))
        .containsExactly("Cast", "Conv", "Relu", "Conv", "Cast", "Identity");
  }

  @Test
  void convert_typeThatOnlyARunWouldTell_staysInFloat32() {
    OnnxValue unknown = graph.node("CastLike", Map.of(), input, input);
    OnnxValue product = ops.op("MatMul", unknown, unknown);
    OnnxModelFile model = returning(product);

    assertThat(HalfPrecision.convert(model)).isSameAs(model);
  }

  @Test
  void convert_twice_isTheSameAsOnce() {
    OnnxModelFile once = HalfPrecision.convert(returning(conv("last", conv("first", input))));

    assertThat(HalfPrecision.convert(once)).isSameAs(once);
  }

  @Test
  void convert_networkIn8Bits_staysAsItIs() {
    OnnxValue scale = ops.scalar(0.1f);
    OnnxValue quantized = graph.node("QuantizeLinear", Map.of(), input, scale);
    OnnxValue restored = graph.node("DequantizeLinear", Map.of(), quantized, scale);
    OnnxModelFile model = returning(conv("only", restored));

    assertThat(HalfPrecision.convert(model)).isSameAs(model);
  }

  @Test
  void convert_opset10_isUpgradedToOperatorsThatTakeFloat16() {
    ModelProto.Builder old = returning(conv("only", input)).proto().toBuilder();
    old.getOpsetImportBuilder(0).setVersion(10);

    OnnxModelFile converted = HalfPrecision.convert(OnnxModelFile.of(old.build()));

    assertThat(converted.opset()).isGreaterThanOrEqualTo(11);
    assertThat(converted.proto().getMetadataPropsList().toString())
        .contains("float16 in 1 of 1 convolutions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp16", "fp16_weights_fp32_io"})
  void convert_modelSavedAsFloat16_staysAsItIs(String name) throws IOException {
    OnnxModelFile model = exported(name);

    assertThat(HalfPrecision.convert(model)).isSameAs(model);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "argmax_only",
        "aux_first",
        "batch1_fixed",
        "dynamic",
        "dynamo18",
        "eighth",
        "fixed_hw_dynamic_batch",
        "log_softmax",
        "nhwc_both",
        "nhwc_in",
        "out_aux",
        "softmax",
        "uint8_nhwc_raw"
      })
  void convert_exportedModel_hasEveryConvolutionInFloat16(String name) throws IOException {
    OnnxModelFile model = exported(name);

    GraphProto converted = graph(HalfPrecision.convert(model));

    assertThat(nodes(converted, "Conv"))
        .hasSameSizeAs(nodes(graph(model), "Conv"))
        .allMatch(each -> each.getInputList().stream().allMatch(in -> in.endsWith("/float16")));
    assertThat(converted.getInputList()).isEqualTo(graph(model).getInputList());
    assertThat(converted.getOutputList()).isEqualTo(graph(model).getOutputList());
  }

  private OnnxValue conv(String name, OnnxValue x) {
    OnnxGraph scope = graph.scope(name);
    return scope.node(
        "Conv",
        Map.of(),
        x,
        scope.initializer("w", new float[] {0.5f}, 1, 1, 1, 1),
        scope.initializer("b", new float[] {0.25f}, 1));
  }

  private OnnxModelFile returning(OnnxValue value) {
    graph.output("output", value, TensorType.FLOAT32, "N", 1, "H", "W");
    return graph.build("test", "1");
  }

  private static OnnxModelFile exported(String name) throws IOException {
    try (InputStream in =
        HalfPrecisionTest.class.getResourceAsStream("/c_models/" + name + ".onnx")) {
      return OnnxModelFile.read(in.readAllBytes(), name);
    }
  }

  private static TensorProto tensor(float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    OnnxGraph scratch = new OnnxGraph("scratch", 17);
    scratch.initializer("tensor", TensorType.FLOAT32, bytes, shape);
    return scratch.toProto().getInitializer(0);
  }

  private static ValueInfoProto value(String name, int type) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(type);
    return value.build();
  }

  private static NodeProto node(String op, String input, String output) {
    return NodeProto.newBuilder().setOpType(op).addInput(input).addOutput(output).build();
  }

  private static GraphProto graph(OnnxModelFile model) {
    return model.proto().getGraph();
  }

  private static NodeProto making(GraphProto graph, String value) {
    return graph.getNodeList().stream()
        .filter(each -> each.getOutputList().contains(value))
        .findFirst()
        .orElseThrow();
  }

  private static List<NodeProto> readersOf(GraphProto graph, String value) {
    return graph.getNodeList().stream()
        .filter(each -> each.getInputList().contains(value))
        .toList();
  }

  private static List<NodeProto> nodes(GraphProto graph, String op) {
    return graph.getNodeList().stream().filter(each -> each.getOpType().equals(op)).toList();
  }

  private static NodeProto only(GraphProto graph, String op) {
    List<NodeProto> nodes = nodes(graph, op);
    assertThat(nodes).hasSize(1);
    return nodes.get(0);
  }

  private static TensorProto constant(GraphProto graph, String name) {
    return graph.getInitializerList().stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> types(GraphProto graph) {
    return graph.getNodeList().stream().map(NodeProto::getOpType).toList();
  }
}
