package dev.flipside.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.inspection.InspectionContext;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.models.scoring.UncertaintyMeasure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every message of the page "Bring your own model" is one that is really given. */
class DocumentedErrorsTest {
  private static final Path PAGE = Path.of("../docs/bring-your-own-model.md");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Object[] FREE = {"N", 3, "H", "W"};

  private final Map<String, ThrowingCallable> provoked = new HashMap<>();

  @TempDir Path folder;

  @Test
  void table_everyMessage_isGiven() throws IOException {
    provokeWhatCannotBeScored();
    provokeWhatIsToldWrongly();
    provokeWhatIsRefused();

    Set<String> documented = messages();

    assertThat(documented).isEqualTo(new TreeSet<>(provoked.keySet()));
    SoftAssertions each = new SoftAssertions();
    provoked.forEach(
        (message, provocation) ->
            each.assertThat(catchThrowable(provocation))
                .as(message)
                .isInstanceOf(FlipsideException.class)
                .hasMessageMatching("(?s).*" + pattern(message) + ".*"));
    each.assertAll();
  }

  private void provokeWhatCannotBeScored() throws IOException {
    opened(
        "holds class ids",
        model(FREE, (g, x) -> g.node("ArgMin", Map.of("axis", 1L), conv(g, x, 5)), "N", "H", "W"));
    opened(
        "what its numbers are is not clear",
        model(FREE, (g, x) -> g.node("Tanh", Map.of(), conv(g, x, 5)), "N", 5, "H", "W"));
    opened(
        "has a single channel that is neither …",
        model(FREE, (g, x) -> g.node("Relu", Map.of(), conv(g, x, 1)), "N", 1, "H", "W"));
    opened("instance segmentation, no scores of classes", detections());
    opened(
        "not in a way that tells whether",
        model(
            FREE,
            (g, x) -> conv(g, g.node("Mul", Map.of(), x, new OnnxOps(g).scalar(0.5f)), 5),
            "N",
            5,
            "H",
            "W"));
    Path folder = Files.createDirectories(this.folder.resolve("twice"));
    Files.writeString(
        folder.resolve("preprocessor_config.json"), "{\"do_rescale\":true,\"do_normalize\":false}");
    OnnxModelFile dividing =
        model(
            FREE,
            (g, x) -> conv(g, g.node("Div", Map.of(), x, new OnnxOps(g).scalar(255)), 5),
            "N",
            5,
            "H",
            "W");
    provoked.put(
        "so that it would be done twice",
        () ->
            ModelSource.open(
                dividing, null, CardOverrides.NONE, new InspectionContext(null, folder)));
    opened("several outputs could hold the scores", twoOutputs());
    opened("has neither 3 channels nor 1 first or last", plain("N", 4, "H", 5));
    opened("tell which bands of the image files they are", plain("N", 4, "H", "W"));
    Path sizes = Files.createDirectories(this.folder.resolve("sizes"));
    for (String name : List.of("preprocessor", "processor")) {
      Files.writeString(
          sizes.resolve(name + "_config.json"),
          "{\"do_normalize\":false,\"size\":{\"longest_edge\":" + name.length() + "}}");
    }
    provoked.put(
        "tell it with --input-size",
        () ->
            ModelSource.open(
                plain(FREE), null, CardOverrides.NONE, new InspectionContext(null, sizes)));
    provoked.put(
        "becomes an input of …",
        () -> SizeRules.parse("fit shortest 800 pad 0").canvas(new ImageSize(2, 60_000)));
    OnnxModelFile four = plain("N", 4, "H", "W");
    provoked.put(
        "nothing tells how the values of bands are normalized", () -> open(four, bands(4)));
    provoked.put("--bands lists …, but the input has …", () -> open(four, bands(5)));
    provoked.put(
        "has a fixed size, --input-size says …",
        () ->
            open(
                plain("N", 3, 64, 64),
                new CardOverrides(
                    null, null, null, null, null, null, null, null, null, null, SizeRule.FREE)));
    opened("has 3 axes, expected 4", plain(3, "H", "W"));
    opened("fixes only one side", plain("N", 3, 64, "W"));
    opened("inputs […], expected a single one", twoInputs());
    ModelProto.Builder old = plain(FREE).proto().toBuilder();
    old.getOpsetImportBuilder(0).setVersion(8);
    provoked.put("opset 8, expected 9 or newer", () -> open(OnnxModelFile.of(old.build()), null));
    ModelProto.Builder dark = plain(FREE).proto().toBuilder();
    GraphProto.Builder graph = dark.getGraphBuilder();
    graph.getNodeBuilder(0).setOpType("MurmurHash3").setDomain("com.microsoft");
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape();
    opened("the number of classes cannot be worked out", OnnxModelFile.of(dark.build()));
    Path large = folder.resolve("large.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
      sparse.setLength(1L << 31);
    }
    provoked.put("expected less than 2 GiB", () -> OnnxModelFile.read(large));
    List<Transformation> alone = List.of(new Transformation.Identity());
    grafted(
        "stochastic passes need a graph with dropout",
        new ScoringSpec(alone, UncertaintyMeasure.MUTUAL_INFORMATION, 4));
    grafted(
        "leave the frame",
        new ScoringSpec(
            List.of(new Transformation.Identity(), new Transformation.Translation(16, 0)),
            UncertaintyMeasure.ENTROPY,
            1));
  }

  private void provokeWhatIsToldWrongly() throws IOException {
    OnnxModelFile twelve = model(FREE, (g, x) -> conv(g, x, 12), "N", 12, "H", "W");
    provoked.put(
        "has 12 channels, the class map names 11",
        () -> open(twelve, told(ClassMap.CAMVID, null, null, null)));
    provoked.put(
        "void channel 12, expected 0 to 11", () -> open(twelve, told(null, null, null, 12)));
    provoked.put("no output …, expected one of", () -> open(twelve, told(null, null, "z", null)));
    provoked.put(
        "leave --input-layout away", () -> open(twelve, told(null, TensorLayout.NHWC, null, null)));
    ModelCard card = ModelSource.open(twelve, null, CardOverrides.NONE).card();
    Path beside = Files.writeString(folder.resolve("card.json"), card.toJson());
    provoked.put(
        "the card says …", () -> ModelSource.open(plain(1, 3, 32, 32), beside, CardOverrides.NONE));
    Path other =
        Files.writeString(
            folder.resolve("other.json"), card.toJson().replace("\"x\"", "\"pixels\""));
    provoked.put("the card names …", () -> ModelSource.open(twelve, other, CardOverrides.NONE));
  }

  private void provokeWhatIsRefused() {
    refused("refused: operator … of domain …", g -> g.addNode(node("Evil").setDomain("foreign")));
    refused(
        "refused: … lies in the file …",
        g ->
            g.addInitializer(
                tensor(4)
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(
                        StringStringEntryProto.newBuilder()
                            .setKey("location")
                            .setValue("../weights.bin"))));
    refused(
        "refused: … holds 60 bytes, expected 64",
        g -> g.addInitializer(tensor(16).setRawData(ByteString.copyFrom(new byte[60]))));
    refused(
        "refused: Loop … may never end",
        g ->
            g.addNode(node("Loop").setName("decoder").addAttribute(body(GraphProto.newBuilder()))));
    refused(
        "refused: sparse constants", g -> g.addSparseInitializer(SparseTensorProto.newBuilder()));
    refused(
        "… too large",
        g ->
            g.getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(2)
                .setDimValue(1L << 40));
    refused(
        "graphs within graphs",
        g -> {
          GraphProto.Builder inner = GraphProto.newBuilder();
          for (int i = 0; i < 12; i++) {
            inner = GraphProto.newBuilder().addNode(node("If").addAttribute(body(inner)));
          }
          g.addNode(node("If").addAttribute(body(inner)));
        });
    opened(
        "… more than 4294967296 elements",
        model(
            new Object[] {1, 3, 32, 32},
            (g, x) -> {
              OnnxValue sides = g.initializer("sides", new long[] {1 << 20, 1 << 20}, 2);
              g.node("ConstantOfShape", Map.of(), sides);
              return conv(g, x, 5);
            },
            FREE));
    called("calls itself", 1, 1, "f0");
    called("unfold", 6, 50, "");
  }

  private void opened(String message, OnnxModelFile model) {
    provoked.put(message, () -> open(model, null));
  }

  private void grafted(String message, ScoringSpec head) {
    provoked.put(
        message, () -> graft(ModelSource.open(plain(FREE), null, CardOverrides.NONE), head));
  }

  private void refused(String message, Consumer<GraphProto.Builder> change) {
    ModelProto.Builder model = plain(FREE).proto().toBuilder();
    change.accept(model.getGraphBuilder());
    byte[] content = model.build().toByteArray();
    Path file = folder.resolve("hostile" + provoked.size() + ".onnx");
    provoked.put(
        message,
        () -> {
          Files.write(file, content);
          OnnxModelFile.read(file);
        });
  }

  /** Functions of so many calls, each of the one before, the first of which calls another. */
  private void called(String message, int levels, int calls, String first) {
    ModelProto.Builder model = plain(FREE).proto().toBuilder();
    for (int level = 0; level < levels; level++) {
      FunctionProto.Builder function =
          FunctionProto.newBuilder().setName("f" + level).setDomain("own").addInput("x");
      for (int i = 0; i < calls; i++) {
        String callee = level == 0 ? first : "f" + (level - 1);
        NodeProto.Builder call = node(callee.isEmpty() ? "Relu" : callee);
        function.addNode(call.setDomain(callee.isEmpty() ? "" : "own"));
      }
      model.addFunctions(function);
    }
    model.getGraphBuilder().addNode(node("f" + (levels - 1)).setDomain("own"));
    provoked.put(message, () -> OnnxModelFile.of(model.build()));
  }

  private static Set<String> messages() throws IOException {
    Set<String> found = new TreeSet<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      inside = line.startsWith("## ") ? line.equals("## Errors and remedies") : inside;
      if (inside && line.startsWith("| ")) {
        Matcher quoted = QUOTED.matcher(line.substring(0, line.indexOf(" | ")));
        while (quoted.find()) {
          found.add(quoted.group(1));
        }
      }
    }
    return found;
  }

  /** What the page leaves out stands for anything. */
  private static String pattern(String message) {
    return Pattern.quote(message).replace("…", "\\E.*\\Q");
  }

  private static void open(OnnxModelFile model, @Nullable CardOverrides told) {
    ModelSource.open(model, null, told == null ? CardOverrides.NONE : told);
  }

  private static void graft(LoadedModel model, ScoringSpec head) {
    RegionGrid grid = new RegionGrid(new ImageSize(32, 32), 8, 8);
    ScoringGraph.graft(model.file(), model.card(), new ScoringRequest(grid, 1, head, Set.of()));
  }

  private static CardOverrides told(
      @Nullable ClassMap classes,
      @Nullable TensorLayout layout,
      @Nullable String output,
      @Nullable Integer voidChannel) {
    return new CardOverrides(classes, layout, null, null, null, null, output, null, voidChannel);
  }

  private interface Layers {
    OnnxValue behind(OnnxGraph graph, OnnxValue input);
  }

  private static OnnxModelFile model(Object[] in, Layers layers, Object... out) {
    OnnxGraph graph = new OnnxGraph("g", 17);
    OnnxValue last = layers.behind(graph, graph.input("x", TensorType.FLOAT32, in));
    graph.output("y", last, TensorType.FLOAT32, out);
    return graph.build("test", "1");
  }

  private static CardOverrides bands(int count) {
    List<Integer> numbers = IntStream.rangeClosed(1, count).boxed().toList();
    return new CardOverrides(
        null, null, null, null, null, null, null, null, null, new PixelFormat(numbers, 8), null);
  }

  private static OnnxModelFile plain(Object... dims) {
    return model(dims, (g, x) -> conv(g, x, 5), dims[0], 5, "H", "W");
  }

  private static OnnxModelFile twoOutputs() {
    return model(
        FREE,
        (g, x) -> {
          g.output("z", conv(g, x, 5), TensorType.FLOAT32, "N", 5, "H", "W");
          return g.node("Relu", Map.of(), conv(g, x, 5));
        },
        "N",
        5,
        "H",
        "W");
  }

  private static OnnxModelFile detections() {
    return model(
        FREE,
        (g, x) -> {
          OnnxValue rows = g.initializer("rows", new long[] {0, 18, -1}, 3);
          OnnxValue found = g.node("Reshape", Map.of(), conv(g, x, 18), rows);
          g.output("output0", found, TensorType.FLOAT32, "N", 18, "A");
          return conv(g, x, 8);
        },
        "N",
        8,
        "H",
        "W");
  }

  private static OnnxModelFile twoInputs() {
    return model(
        FREE,
        (g, x) ->
            g.node(
                "Mul", Map.of(), conv(g, x, 5), g.input("mask", TensorType.FLOAT32, "N", 1, "H")),
        "N",
        5,
        "H",
        "W");
  }

  private static OnnxValue conv(OnnxGraph graph, OnnxValue x, int classes) {
    OnnxValue weights = new OnnxOps(graph).floats(new float[classes * 3], classes, 3, 1, 1);
    return graph.node("Conv", Map.of(), x, weights);
  }

  private static NodeProto.Builder node(String op) {
    return NodeProto.newBuilder().setOpType(op).addInput("x");
  }

  private static TensorProto.Builder tensor(long length) {
    return TensorProto.newBuilder().setName("t").setDataType(1).addDims(length);
  }

  private static AttributeProto.Builder body(GraphProto.Builder graph) {
    return AttributeProto.newBuilder()
        .setName("body")
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph);
  }
}
