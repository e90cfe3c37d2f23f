package dev.flipside.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.ModelSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a file can be meant to harm, and the word with which it is refused. */
class HostileModelsTest {
  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  private static final int INT64 = TensorProto.DataType.INT64_VALUE;

  @TempDir Path folder;

  @Test
  void read_plainModel_isTaken() {
    assertThat(OnnxModelFile.of(model(graph()).build()).proto().getGraph().getNodeCount())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../weights.bin", "a/../../weights.bin", "/etc/hostname", "c:\\x", ""})
  void read_weightsOutsideOfTheFolder_isRefused(String location) throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.write(folder.resolve("weights.bin"), new byte[16]);
    Path file = write(inner, external(location, "0", "16"));

    assertThatThrownBy(() -> OnnxModelFile.read(file))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("refused")
        .hasMessageContaining("folder of the model");
  }

  @Test
  void read_weightsThroughALink_isRefused() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path outside = Files.write(folder.resolve("weights.bin"), new byte[16]);
    Files.createSymbolicLink(inner.resolve("weights.bin"), outside);

    assertThatThrownBy(() -> OnnxModelFile.read(write(inner, external("weights.bin", "0", "16"))))
        .hasMessageContaining("symbolic link");
  }

  @Test
  void read_weightsThroughALinkedFolder_isRefused() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.write(outside.resolve("weights.bin"), new byte[16]);
    Files.createSymbolicLink(inner.resolve("link"), outside);

    assertThatThrownBy(
            () -> OnnxModelFile.read(write(inner, external("link/weights.bin", "0", "16"))))
        .hasMessageContaining("symbolic link");
  }

  @Test
  void read_weightsMissing_isRefused() throws IOException {
    assertThatThrownBy(() -> OnnxModelFile.read(write(folder, external("gone.bin", "0", "16"))))
        .hasMessageContaining("keep the weights beside the model");
  }

  @Test
  void read_weightsBehindTheEndOfTheirFile_isRefused() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[16]);

    assertThatThrownBy(() -> OnnxModelFile.read(write(folder, external("weights.bin", "8", "16"))))
        .hasMessageContaining("which has 16");
  }

  @Test
  void read_weightsOfAnotherLength_isRefused() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[64]);

    assertThatThrownBy(() -> OnnxModelFile.read(write(folder, external("weights.bin", "0", "64"))))
        .hasMessageContaining("expected 16");
  }

  @Test
  void read_weightsBesideTheModel_areInlined() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(8, 1.5f).putFloat(20, -2);
    Files.write(folder.resolve("weights.bin"), bytes.array());

    TensorProto weights =
        OnnxModelFile.read(write(folder, external("weights.bin", "8", "16")))
            .proto()
            .getGraph()
            .getInitializer(0);

    ByteBuffer read =
        weights.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(weights.getExternalDataCount()).isZero();
    assertThat(read.getFloat(0)).isEqualTo(1.5f);
    assertThat(read.getFloat(12)).isEqualTo(-2f);
  }

  @Test
  void read_fromMemoryWithWeightsElsewhere_isRefused() {
    byte[] content = external("weights.bin", "0", "16").toByteArray();

    assertThatThrownBy(() -> OnnxModelFile.read(content, "upload"))
        .hasMessageContaining("upload")
        .hasMessageContaining("weights inside");
  }

  @Test
  void read_customOperator_isRefused() {
    GraphProto.Builder graph = graph();
    graph.addNode(node("Evil", "x", "z").setDomain("com.example"));

    refused(graph, "com.example");
  }

  @Test
  void read_constantShorterThanItsShape_isRefused() {
    refused(graph().addInitializer(tensor("w", 4, 4).setRawData(zeros(60))), "expected 64");
  }

  @Test
  void read_constantThatWouldUnpack_isRefused() {
    refused(graph().addInitializer(tensor("w", 1 << 20, 1 << 20)), "2 GiB");
  }

  @Test
  void read_constantWhoseSizeOverflows_isRefused() {
    refused(graph().addInitializer(tensor("w", 1L << 32, 1L << 32).setRawData(zeros(0))), "2 GiB");
  }

  @Test
  void read_constantOfNegativeLength_isRefused() {
    refused(graph().addInitializer(tensor("w", -1, -4).setRawData(zeros(16))), "length -1");
  }

  @Test
  void read_sparseConstant_isRefused() {
    refused(
        graph().addSparseInitializer(SparseTensorProto.newBuilder().addDims(1L << 40)), "sparse");
  }

  @Test
  void read_giganticDeclaredInput_isRefused() {
    refused(graph().addInput(value("big", 1, 3, 1L << 40, 2)), "too large");
    refused(graph().addInput(value("big", 1, 3, 1 << 20, 1 << 20)), "too large");
  }

  @Test
  void read_loopOfUnknownLength_isRefused() {
    refused(graph().addNode(loop("x", body())), "may never end");
    refused(graph().addNode(loop("", body())), "may never end");
  }

  @Test
  void read_loopOfManyRuns_isRefused() {
    GraphProto.Builder graph = graph().addInitializer(scalar("trips", Long.MAX_VALUE));

    refused(graph.addNode(loop("trips", body())), "more than 10000");
  }

  @Test
  void read_loopsInLoops_areCountedTogether() {
    GraphProto.Builder inner = body().addNode(loop("trips", body()));
    GraphProto.Builder graph = graph().addInitializer(scalar("trips", 1000));

    refused(graph.addNode(loop("trips", inner)), "1000000 times");
  }

  @Test
  void read_loopWhoseTripsHideAConstantOfOutside_isRefused() {
    GraphProto.Builder computed = body().addNode(node("ReduceSum", "x", "trips"));
    GraphProto.Builder given = body().addInput(value("trips"));
    GraphProto.Builder givenWithDefault =
        body().addInput(value("trips")).addInitializer(scalar("trips", 2));
    for (GraphProto.Builder hiding : List.of(computed, given, givenWithDefault)) {
      hiding.addNode(loop("trips", body()));

      refused(
          graph().addInitializer(scalar("trips", 2)).addNode(loop("trips", hiding)),
          "its number of runs is no constant");
    }
    GraphProto.Builder constant = body().addInitializer(scalar("trips", 1L << 61));
    refused(
        graph()
            .addInitializer(scalar("trips", 2))
            .addNode(branch(constant.addNode(loop("trips", body())))),
        "runs " + (1L << 61) + " times");
  }

  @Test
  void read_loopInALoopWithAConstantOfOutside_isRead() {
    GraphProto.Builder inner = body().addNode(loop("trips", body()));
    GraphProto.Builder graph = graph().addInitializer(scalar("trips", 2));

    OnnxModelFile.of(model(graph.addNode(loop("trips", inner))).build());
  }

  @Test
  void read_loopsInCalledFunctions_areCountedTogether() {
    FunctionProto.Builder function =
        FunctionProto.newBuilder().setName("f").setDomain("local").addInput("x").addOutput("b");
    NodeProto.Builder trips = NodeProto.newBuilder().setOpType("Constant").addOutput("trips");
    trips.addAttribute(
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(scalar("", 1000)));
    function.addNode(trips).addNode(loop("trips", body()));
    GraphProto.Builder inner = body().addNode(node("f", "x", "z").setDomain("local"));
    GraphProto.Builder graph = graph().addInitializer(scalar("trips", 1000));
    ModelProto model = model(graph.addNode(loop("trips", inner))).addFunctions(function).build();

    assertThatThrownBy(() -> OnnxModelFile.of(model)).hasMessageContaining("1000000 times");
  }

  @Test
  void read_manyLoops_areCountedTogether() {
    GraphProto.Builder body = body();
    for (int i = 0; i < 2000; i++) {
      body.addNode(node("Relu", "x", "r" + i));
    }

    refused(
        graph().addInitializer(scalar("trips", 9000)).addNode(loop("trips", body)),
        "more than 10000000 steps");
  }

  @ParameterizedTest
  @CsvSource({"Scan, ''", "SequenceMap, ''", "GreedySearch, com.microsoft"})
  void read_operatorThatRepeatsAsItLikes_isRefused(String op, String domain) {
    refused(
        graph().addNode(node(op, "x", "z").setDomain(domain).addAttribute(graphAttribute(body()))),
        "may never end");
  }

  @Test
  void read_operatorThatLoadsFiles_isRefused() {
    refused(
        graph().addNode(node("EPContext", "x", "z").setDomain("com.microsoft")),
        "loads code or files");
  }

  @Test
  void read_constantOfAFunctionInAnotherFile_isRefused() {
    // The bytes are there as well, so that their number does not tell.
    TensorProto.Builder tensor =
        tensor("w", 1)
            .setRawData(zeros(4))
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", "/etc/hostname"));
    FunctionProto.Builder function =
        FunctionProto.newBuilder().setName("f").setDomain("local").addInput("a").addOutput("b");
    function.addNode(
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput("b")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(tensor)));
    ModelProto model =
        model(graph().addNode(node("f", "x", "z").setDomain("local")))
            .addFunctions(function)
            .build();

    assertThatThrownBy(() -> OnnxModelFile.of(model)).hasMessageContaining("in another file");
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 30000, 30000", "1, 2147483647, 1, 3", "1000000000, 3, 1, 1"})
  void open_giganticFixedInput_isRefused(long batch, long a, long b, long c) {
    GraphProto.Builder graph = GraphProto.newBuilder().addInput(value("x", batch, a, b, c));
    graph.addOutput(value("y", batch, a, b, c)).addNode(node("Relu", "x", "y"));
    CardOverrides told =
        new CardOverrides(ClassMap.unnamed(3), null, null, null, null, null, null, null, null);

    assertThatThrownBy(
            () -> {
              byte[] content = model(graph).build().toByteArray();
              ModelSource.open(OnnxModelFile.read(content, "hostile.onnx"), null, told);
            })
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("refused")
        .hasMessageContaining("too large");
  }

  @Test
  void read_graphsInGraphs_areBounded() {
    GraphProto.Builder inner = body();
    for (int i = 0; i < 12; i++) {
      inner = body().addNode(branch(inner));
    }

    refused(graph().addNode(branch(inner)), "deeper than 8");
  }

  @Test
  void read_deepNesting_isNoStackOverflow() {
    GraphProto.Builder inner = body();
    for (int i = 0; i < 200; i++) {
      inner = body().addNode(branch(inner));
    }
    byte[] content = model(graph().addNode(branch(inner))).build().toByteArray();

    assertThatThrownBy(() -> OnnxModelFile.read(content, "deep.onnx"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("deep.onnx");
  }

  @Test
  void read_functionThatCallsItself_isRefused() {
    FunctionProto.Builder function =
        FunctionProto.newBuilder().setName("f").setDomain("local").addInput("a").addOutput("b");
    function.addNode(node("f", "a", "b").setDomain("local"));
    ModelProto model =
        model(graph().addNode(node("f", "x", "z").setDomain("local")))
            .addFunctions(function)
            .build();

    assertThatThrownBy(() -> OnnxModelFile.of(model)).hasMessageContaining("calls itself");
  }

  @Test
  void read_functionsThatMultiply_areRefused() {
    ModelProto.Builder model = model(graph().addNode(node("f5", "x", "z").setDomain("local")));
    for (int level = 0; level <= 5; level++) {
      FunctionProto.Builder function =
          FunctionProto.newBuilder().setName("f" + level).setDomain("local");
      function.addInput("a").addOutput("v49");
      for (int i = 0; i < 50; i++) {
        String from = i == 0 ? "a" : "v" + (i - 1);
        function.addNode(
            level == 0
                ? node("Relu", from, "v" + i)
                : node("f" + (level - 1), from, "v" + i).setDomain("local"));
      }
      model.addFunctions(function);
    }

    assertThatThrownBy(() -> OnnxModelFile.of(model.build())).hasMessageContaining("unfold");
  }

  @Test
  void read_cycle_isRefused() {
    GraphProto.Builder graph =
        graph().addNode(node("Relu", "b", "a")).addNode(node("Relu", "a", "b"));

    refused(graph, "depends on it in turn");
  }

  @Test
  void read_valueThatNothingMakes_isRefused() {
    refused(graph().addNode(node("Relu", "ghost", "z")), "nothing makes");
  }

  @Test
  void read_divisionByZeroInTheRuntime_isRefused() {
    NodeProto.Builder conv = node("Conv", "x", "z");
    conv.addAttribute(
        AttributeProto.newBuilder().setName("group").setType(AttributeProto.AttributeType.INT));

    refused(graph().addNode(conv), "group 0");
  }

  @Test
  void open_constantThatGrowsInsideTheGraph_isRefused() {
    TensorProto.Builder shape = tensor("shape", 2).setDataType(INT64);
    shape.addInt64Data(1 << 20).addInt64Data(1 << 20);
    GraphProto.Builder graph =
        graph().addInitializer(shape).addNode(node("ConstantOfShape", "shape", "bomb"));
    OnnxModelFile model = OnnxModelFile.of(model(graph).build());
    CardOverrides told =
        new CardOverrides(ClassMap.unnamed(3), null, null, null, null, null, null, null, null);

    assertThatThrownBy(() -> ModelSource.open(model, null, told))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("bomb");
  }

  @Test
  void read_notAModel_saysSo() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.onnx"), "not a model at all");

    assertThatThrownBy(() -> OnnxModelFile.read(text)).hasMessageContaining("not an ONNX model");
    assertThatThrownBy(() -> OnnxModelFile.read(folder)).hasMessageContaining("a folder");
    assertThatThrownBy(() -> OnnxModelFile.read(folder.resolve("gone.onnx")))
        .hasMessageContaining("no such model file");
  }

  private static void refused(GraphProto.Builder graph, String reason) {
    byte[] content = model(graph).build().toByteArray();
    assertThatThrownBy(() -> OnnxModelFile.read(content, "hostile.onnx"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith("hostile.onnx: refused: ")
        .hasMessageContaining(reason);
  }

  private static ModelProto external(String location, String offset, String length) {
    TensorProto.Builder tensor = tensor("w", 4).setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(entry("location", location));
    tensor.addExternalData(entry("offset", offset));
    tensor.addExternalData(entry("length", length));
    return model(graph().addInitializer(tensor)).build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static Path write(Path folder, ModelProto model) throws IOException {
    return Files.write(folder.resolve("model.onnx"), model.toByteArray());
  }

  private static ModelProto.Builder model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph);
  }

  /** A graph that is fine: y = relu x. */
  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x", 1, 3, 8, 8))
        .addOutput(value("y", 1, 3, 8, 8))
        .addNode(node("Relu", "x", "y"));
  }

  private static GraphProto.Builder body() {
    return GraphProto.newBuilder().setName("body").addNode(node("Relu", "x", "inner"));
  }

  private static NodeProto.Builder node(String op, String input, String output) {
    return NodeProto.newBuilder().setOpType(op).addInput(input).addOutput(output);
  }

  private static NodeProto.Builder loop(String trips, GraphProto.Builder body) {
    return node("Loop", trips, "looped").addInput("").addAttribute(graphAttribute(body));
  }

  private static NodeProto.Builder branch(GraphProto.Builder body) {
    return node("If", "x", "branched").addAttribute(graphAttribute(body));
  }

  private static AttributeProto.Builder graphAttribute(GraphProto.Builder body) {
    return AttributeProto.newBuilder()
        .setName("body")
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(body);
  }

  private static TensorProto.Builder tensor(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  private static TensorProto.Builder scalar(String name, long value) {
    return tensor(name).setDataType(INT64).addInt64Data(value);
  }

  private static ByteString zeros(int count) {
    return ByteString.copyFrom(new byte[count]);
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }
}
