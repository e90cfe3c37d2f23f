package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
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
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks in the shapes that exporters give them, run and compared with loops. */
class GraftedModelsTest {
  private static final int CLASSES = 5;
  private static final ImageSize IMAGE = new ImageSize(37, 53);
  private static final RegionGrid GRID = new RegionGrid(IMAGE, 16, 20);
  private static final float[] WEIGHTS = TestModels.weights(CLASSES, 7);
  private static final int[] NO_SWAP = {0, 1, 2, 3, 4};
  private static final Transformation FLIP = new Transformation.HorizontalFlip();
  private static final CardOverrides RAW = told(null, null, null);

  static Stream<Transformation> views() {
    return Stream.of(
        FLIP,
        new Transformation.VerticalFlip(),
        new Transformation.Rotation(90),
        new Transformation.Rotation(180),
        new Transformation.Translation(4, -3),
        new Transformation.Translation(-2, 5));
  }

  @ParameterizedTest
  @MethodSource("views")
  void score_everyView_isBroughtBackToTheImage(Transformation view) {
    requireOracle(plain(17, 1), 1, head(UncertaintyMeasure.ENTROPY, view));
    requireOracle(plain(17, 4), 4, head(UncertaintyMeasure.MARGIN, view));
    requireOracle(plain(17, 1), 1, head(UncertaintyMeasure.VOTE_ENTROPY, view));
  }

  @ParameterizedTest
  @EnumSource(UncertaintyMeasure.class)
  void score_everyMeasure_isThatOfTheLoops(UncertaintyMeasure measure) {
    requireOracle(plain(17, 1), 1, head(measure, FLIP));
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23})
  void score_everyOpset_isThatOfTheLoops(int opset) {
    Transformation[] all = views().toArray(Transformation[]::new);
    requireOracle(plain(opset, 4), 4, head(UncertaintyMeasure.JENSEN_SHANNON, all));
    requireOracle(plain(opset, 4), 4, head(UncertaintyMeasure.MARGIN, all));
    requireOracle(plain(opset, 4), 4, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_classesThatSwapSides_areSwappedBack() {
    int[] flip = {1, 0, 2, 4, 3};
    ClassMap sides = new ClassMap(ClassMap.unnamed(CLASSES).classes(), 255, List.of(1, 0, 2, 4, 3));
    ScoringSpec head = head(UncertaintyMeasure.JENSEN_SHANNON, FLIP);

    requireScores(
        run(open(plain(17, 1), told(sides, null, null)), head, 2), oracle(head, flip, 1, 0, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"images", "region_scores", "argmax", "flipside/scalar_0", "flipside"})
  void score_clashingNames_doNotMatter(String name) {
    requireOracle(
        network(17, name, "y", new Object[] {"N", 3, "H", "W"}, 1), 1, ScoringSpec.FLIP_ENTROPY);
    requireOracle(
        network(17, "x", name, new Object[] {"N", 3, "H", "W"}, 1), 1, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_nodesNamedAsExportersCountThem_doNotMatter() {
    ModelProto.Builder model = plain(17, 1).proto().toBuilder();
    model.getGraphBuilder().clearNode();
    String last = "x";
    for (int i = 0; i < 200; i++) {
      NodeProto.Builder node = model.getGraphBuilder().addNodeBuilder().setOpType("Identity");
      node.setName("Identity_" + i).addInput(last);
      last = "v" + i;
      node.addOutput(last);
    }
    for (NodeProto node : plain(17, 1).proto().getGraph().getNodeList()) {
      NodeProto.Builder copy = node.toBuilder().clearName();
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals("x")) {
          copy.setInput(i, last);
        }
      }
      model.getGraphBuilder().addNode(copy);
    }

    requireOracle(OnnxModelFile.of(model.build()), 1, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_newerFormatThanTheRuntimeKnows_isWrittenAsOneThatItKnows() {
    ModelProto newer = plain(17, 1).proto().toBuilder().setIrVersion(99).build();

    requireOracle(OnnxModelFile.of(newer), 1, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_constantsListedAsInputs_areConstants() {
    ModelProto.Builder old = plain(11, 1).proto().toBuilder().setIrVersion(3);
    old.getGraphBuilder().addInput(0, declared("weights", CLASSES, 3, 3, 3));

    requireOracle(OnnxModelFile.of(old.build()), 1, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_symbolsThatClaimFullSize_areNotBelieved() {
    // As Transformers exports SegFormer: a quarter of the input's size under the same two names.
    OnnxGraph graph = new OnnxGraph("segformer", 17);
    OnnxValue input =
        graph.input("pixel_values", TensorType.FLOAT32, "batch", "channels", "height", "width");
    OnnxValue logits = conv(graph, input, 4, CLASSES, WEIGHTS);
    graph.output("logits", logits, TensorType.FLOAT32, "batch", "labels", "height", "width");

    requireOracle(graph.build("pytorch", "2"), 4, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_channelsLastWithSymbols_isFoundByTheLayers() {
    OnnxGraph graph = new OnnxGraph("tf", 13);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("image:0", TensorType.FLOAT32, "unk1", "unk2", "unk3", "unk4");
    OnnxValue logits = conv(graph, ops.transpose(input, 0, 3, 1, 2), 1, CLASSES, WEIGHTS);
    OnnxValue p = graph.node("Softmax", Map.of("axis", -1L), ops.transpose(logits, 0, 2, 3, 1));
    graph.output("Identity:0", p, TensorType.FLOAT32, "unk5", "unk6", "unk7", "unk8");
    OnnxModelFile model = graph.build("tf2onnx", "1");

    assertThat(open(model, RAW).card().input().layout()).isEqualTo(TensorLayout.NHWC);
    assertThat(open(model, RAW).card().output().layout()).isEqualTo(TensorLayout.NHWC);
    requireOracle(model, 1, ScoringSpec.FLIP_ENTROPY);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void score_fixedBatch_runsInPortions(int fixed) {
    requireOracle(
        network(17, "x", "y", new Object[] {fixed, 3, "H", "W"}, 4), 4, ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void score_batchTracedInAReshape_runsOneByOne() {
    OnnxGraph graph = new OnnxGraph("traced", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue logits = conv(graph, input, 1, CLASSES, WEIGHTS);
    OnnxValue flat = graph.initializer("flat", new long[] {1, CLASSES, -1}, 3);
    OnnxValue shape = graph.node("Shape", Map.of(), logits);
    OnnxValue back =
        graph.node("Reshape", Map.of(), graph.node("Reshape", Map.of(), logits, flat), shape);
    graph.output("y", back, TensorType.FLOAT32, "N", CLASSES, "H", "W");

    requireOracle(graph.build("test", "1"), 1, ScoringSpec.FLIP_ENTROPY);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, CLASSES})
  void score_voidChannel_isLeftOut(int channel) {
    float[] padded = new float[(CLASSES + 1) * 27];
    Arrays.fill(padded, 0.3f);
    System.arraycopy(WEIGHTS, 0, padded, 0, channel * 27);
    System.arraycopy(WEIGHTS, channel * 27, padded, (channel + 1) * 27, (CLASSES - channel) * 27);
    OnnxGraph graph = new OnnxGraph("void", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue logits = conv(graph, input, 1, CLASSES + 1, padded);
    graph.output("y", logits, TensorType.FLOAT32, "N", CLASSES + 1, "H", "W");
    LoadedModel model = open(graph.build("test", "1"), told(null, null, channel));

    requireScores(
        run(model, ScoringSpec.FLIP_ENTROPY, 1), oracle(ScoringSpec.FLIP_ENTROPY, NO_SWAP, 1, 0));
  }

  @Test
  void score_bgr_isFedBlueFirst() {
    float[] swapped = WEIGHTS.clone();
    for (int c = 0; c < CLASSES; c++) {
      System.arraycopy(WEIGHTS, c * 27, swapped, c * 27 + 18, 9);
      System.arraycopy(WEIGHTS, c * 27 + 18, swapped, c * 27, 9);
    }
    OnnxGraph graph = new OnnxGraph("bgr", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue logits = conv(graph, input, 1, CLASSES, swapped);
    graph.output("y", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    LoadedModel model = open(graph.build("test", "1"), told(null, ChannelOrder.BGR, null));

    requireScores(
        run(model, ScoringSpec.FLIP_ENTROPY, 1), oracle(ScoringSpec.FLIP_ENTROPY, NO_SWAP, 1, 0));
  }

  @Test
  void score_fixedSize_resizesThereAndBack() {
    LoadedModel model = open(network(17, "x", "y", new Object[] {"N", 3, 24, 40}, 4), RAW);

    assertThat(model.card().input().size()).isEqualTo(new SizeRule.Fixed(new ImageSize(24, 40)));
    requireResized(model);
  }

  @Test
  void score_atTrainedSize_resizesThereAndBack() {
    requireResized(open(trainedOn(Map.of("size", "24x40")), RAW).atTrainedSize());
  }

  @Test
  void atTrainedSize_reducingModelOrUnknownSize_staysAsItIs() {
    for (Map<String, String> plan :
        List.of(Map.of("epochs", "3"), Map.of("size", "24x40", "reduction", "2"))) {
      LoadedModel model = open(trainedOn(plan), RAW);
      assertThat(model.atTrainedSize()).isSameAs(model);
    }
    LoadedModel odd = open(trainedOn(Map.of("size", "25x41")), RAW);
    LoadedModel padded =
        new LoadedModel(
            odd.file(), odd.card().withInputSize(new SizeRule.MultipleOf(8)), List.of());
    assertThat(padded.atTrainedSize()).isSameAs(padded);
  }

  /** A model of any size whose card tells how it was trained. */
  private static OnnxModelFile trainedOn(Map<String, String> plan) {
    OnnxModelFile model = plain(17, 4);
    ModelCard card = open(model, RAW).card();
    Provenance provenance =
        new Provenance("test", "", 1, new TreeMap<>(plan), new TreeMap<>(), Instant.EPOCH);
    return model.withCard(
        new ModelCard(card.classes(), card.input(), card.output(), provenance, null));
  }

  private static void requireResized(LoadedModel model) {
    NaiveNetwork resizing =
        new NaiveNetwork(WEIGHTS, CLASSES, 4) {
          @Override
          double[][][] logits(double[][][] image) {
            return resized(lowLogits(resized(image, 24, 40)), image[0].length, image[0][0].length);
          }
        };
    requireScores(
        run(model, ScoringSpec.FLIP_ENTROPY, 1), oracle(resizing, ScoringSpec.FLIP_ENTROPY));
  }

  @Test
  void score_multipleOf_padsAndCutsBack() {
    // Down and up again beside a path at full size: fits multiples of 8 only.
    OnnxGraph graph = new OnnxGraph("unet", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue scales = graph.initializer("scales", new float[] {1, 1, 8, 8}, 4);
    OnnxValue low = conv(graph, input, 8, CLASSES, WEIGHTS);
    OnnxValue up =
        graph.node(
            "Resize",
            Map.of(
                "mode", "nearest",
                "coordinate_transformation_mode", "asymmetric",
                "nearest_mode", "floor"),
            low,
            OnnxValue.ABSENT,
            scales);
    OnnxValue none = graph.initializer("none", new float[CLASSES * 3], CLASSES, 3, 1, 1);
    OnnxValue sum = graph.node("Add", Map.of(), up, graph.node("Conv", Map.of(), input, none));
    graph.output("y", sum, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    LoadedModel model = open(graph.build("test", "1"), RAW);
    NaiveNetwork padded =
        new NaiveNetwork(WEIGHTS, CLASSES, 8) {
          @Override
          double[][][] logits(double[][][] image) {
            int height = (image[0].length + 7) / 8 * 8;
            int width = (image[0][0].length + 7) / 8 * 8;
            double[][][] low = lowLogits(edgePadded(image, height, width));
            double[][][] out = new double[CLASSES][image[0].length][image[0][0].length];
            for (int c = 0; c < CLASSES; c++) {
              for (int y = 0; y < out[c].length; y++) {
                for (int x = 0; x < out[c][y].length; x++) {
                  out[c][y][x] = low[c][y / 8][x / 8];
                }
              }
            }
            return out;
          }
        };

    assertThat(model.card().input().size()).isEqualTo(new SizeRule.MultipleOf(8));
    ScoringSpec head = head(UncertaintyMeasure.ENTROPY, FLIP, new Transformation.Rotation(90));
    requireScores(run(model, head, 1), oracle(padded, head));
  }

  @Test
  void score_uint8ChannelsFirst_takesRawBytes() {
    OnnxGraph graph = new OnnxGraph("bytes", 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("x", TensorType.UINT8, "N", 3, "H", "W");
    OnnxValue scaled = ops.op("Mul", ops.cast(input, TensorType.FLOAT32), ops.scalar(1f / 64));
    OnnxValue logits = conv(graph, scaled, 1, CLASSES, WEIGHTS);
    graph.output("y", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");

    requireScores(
        run(open(graph.build("test", "1"), CardOverrides.NONE), ScoringSpec.FLIP_ENTROPY, 1),
        oracle(ScoringSpec.FLIP_ENTROPY, NO_SWAP, 1, 0));
  }

  @Test
  void score_impossibleClassAtLowResolution_isNoNaN() {
    OnnxGraph graph = new OnnxGraph("masked", 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    float[] mask = new float[CLASSES + 1];
    mask[CLASSES] = Float.NEGATIVE_INFINITY;
    float[] padded = Arrays.copyOf(WEIGHTS, (CLASSES + 1) * 27);
    OnnxValue logits = conv(graph, input, 4, CLASSES + 1, padded);
    OnnxValue masked = ops.op("Add", logits, ops.floats(mask, 1, CLASSES + 1, 1, 1));
    graph.output("y", masked, TensorType.FLOAT32, "N", CLASSES + 1, "h", "w");

    requireScores(
        run(open(graph.build("test", "1"), RAW), ScoringSpec.FLIP_ENTROPY, 1),
        oracle(ScoringSpec.FLIP_ENTROPY, NO_SWAP, 4, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "11, FLOAT32", "12, FLOAT32", "14, FLOAT32", "15, FLOAT32", "17, FLOAT32", "21, FLOAT32",
    "11, FLOAT16", "12, FLOAT16", "14, FLOAT16", "15, FLOAT16", "17, FLOAT16", "21, FLOAT16"
  })
  void score_dropout_disagreesAndRepeats(int opset, TensorType type) {
    LoadedModel model = open(dropout(opset, 0.5f, type), RAW);
    double bound = type == TensorType.FLOAT16 ? 3e-2 : 2e-5;
    for (UncertaintyMeasure measure :
        List.of(UncertaintyMeasure.MUTUAL_INFORMATION, UncertaintyMeasure.VOTE_ENTROPY)) {
      ScoringSpec head = new ScoringSpec(List.of(new Transformation.Identity()), measure, 8);
      float[] scores = run(model, head, 1);

      assertThat(run(model, head, 1)).containsExactly(scores);
      for (float score : scores) {
        assertThat(score).isBetween(0.01f, (float) Math.log(CLASSES));
      }
    }
    requireScores(
        run(model, ScoringSpec.FLIP_ENTROPY, 1),
        oracle(ScoringSpec.FLIP_ENTROPY, NO_SWAP, 1, 0),
        bound);
  }

  @Test
  void score_dropoutThatDropsNothing_agrees() {
    ScoringSpec head =
        new ScoringSpec(
            List.of(new Transformation.Identity()), UncertaintyMeasure.MUTUAL_INFORMATION, 4);

    for (float score : run(open(dropout(17, 0, TensorType.FLOAT32), RAW), head, 1)) {
      assertThat(score).isBetween(0f, 1e-5f);
    }
  }

  @Test
  void graft_passesWithoutDropout_isRefused() {
    ScoringSpec head =
        new ScoringSpec(
            List.of(new Transformation.Identity()), UncertaintyMeasure.MUTUAL_INFORMATION, 4);

    assertThatThrownBy(() -> run(open(plain(17, 1), RAW), head, 1))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("need a graph with dropout");
  }

  @Test
  void graft_translationThatEmptiesARegion_isRefused() {
    ScoringSpec head = head(UncertaintyMeasure.ENTROPY, new Transformation.Translation(16, 0));

    assertThatThrownBy(() -> run(open(plain(17, 1), RAW), head, 1))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("leave the frame");
  }

  private static ScoringSpec head(UncertaintyMeasure measure, Transformation... others) {
    List<Transformation> views = new ArrayList<>(List.of(new Transformation.Identity()));
    views.addAll(List.of(others));
    return new ScoringSpec(views, measure, 1);
  }

  private static OnnxModelFile plain(int opset, int stride) {
    return network(opset, "x", "y", new Object[] {"N", 3, "H", "W"}, stride);
  }

  private static OnnxModelFile network(
      int opset, String in, String out, Object[] dims, int stride) {
    OnnxGraph graph = new OnnxGraph("network", opset);
    OnnxValue input = graph.input(in, TensorType.FLOAT32, dims);
    OnnxValue logits = conv(graph, input, stride, CLASSES, WEIGHTS);
    graph.output(out, logits, TensorType.FLOAT32, dims[0], CLASSES, "h", "w");
    return graph.build("test", "1");
  }

  /** The network with dropout that an exporter kept, in training mode where the opset has one. */
  private static OnnxModelFile dropout(int opset, float ratio, TensorType type) {
    OnnxGraph graph = new OnnxGraph("dropout", opset);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue logits = ops.cast(conv(graph, input, 1, CLASSES, WEIGHTS), type);
    OnnxValue dropped;
    if (opset < 12) {
      dropped = graph.node("Dropout", Map.of("ratio", ratio), logits);
    } else {
      OnnxValue training =
          graph.initializer("training", TensorType.BOOL, ByteBuffer.wrap(new byte[] {1}));
      OnnxValue kept = graph.initializer("ratio", new float[] {ratio});
      dropped = graph.node("Dropout", Map.of(), logits, kept, training);
    }
    graph.output("y", dropped, type, "N", CLASSES, "H", "W");
    return graph.build("test", "1");
  }

  private static OnnxValue conv(
      OnnxGraph graph, OnnxValue input, int stride, int classes, float[] weights) {
    return graph.node(
        "Conv",
        Map.of("pads", new long[] {1, 1, 1, 1}, "strides", new long[] {stride, stride}),
        input,
        graph.initializer("weights", weights, classes, 3, 3, 3));
  }

  private static ValueInfoProto declared(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(TensorType.FLOAT32.onnxCode()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static CardOverrides told(
      @Nullable ClassMap classes, @Nullable ChannelOrder channels, @Nullable Integer voidChannel) {
    return new CardOverrides(
        classes,
        null,
        channels,
        1f / 64,
        List.of(0f, 0f, 0f),
        List.of(1f, 1f, 1f),
        null,
        null,
        voidChannel);
  }

  private static LoadedModel open(OnnxModelFile model, CardOverrides overrides) {
    byte[] content = model.proto().toByteArray();
    return ModelSource.open(OnnxModelFile.read(content, "test.onnx"), null, overrides);
  }

  private static void requireOracle(OnnxModelFile model, int stride, ScoringSpec head) {
    LoadedModel loaded = open(model, RAW);
    requireScores(run(loaded, head, 2), oracle(head, NO_SWAP, stride, 0, 1));
    requireScores(run(loaded, head, 1), oracle(head, NO_SWAP, stride, 0));
  }

  /** Scores of so many different images. */
  private static float[] run(LoadedModel model, ScoringSpec head, int batch) {
    ScoringGraph graph =
        ScoringGraph.graft(
            model.file(), model.card(), new ScoringRequest(GRID, batch, head, Set.of()));
    ByteBuffer images = ByteBuffer.allocateDirect(batch * 3 * (int) IMAGE.pixels());
    for (int i = 0; i < batch; i++) {
      images.put(pixels(i));
    }
    try (ScoringSession session = ScoringSession.open(graph, SessionOptions.cpu())) {
      return session.run(images);
    }
  }

  private static byte[] pixels(int image) {
    byte[] pixels = new byte[3 * (int) IMAGE.pixels()];
    new Random(100 + image).nextBytes(pixels);
    return pixels;
  }

  private static double[] oracle(ScoringSpec head, int[] flip, int stride, int... images) {
    NaiveNetwork naive = new NaiveNetwork(WEIGHTS, CLASSES, stride);
    return Arrays.stream(images)
        .mapToObj(image -> means(naive.measure(image(image), head.views(), head.measure(), flip)))
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private static double[] oracle(NaiveNetwork naive, ScoringSpec head) {
    return means(naive.measure(image(0), head.views(), head.measure(), NO_SWAP));
  }

  private static double[][][] image(int index) {
    byte[] pixels = pixels(index);
    double[][][] image = new double[3][IMAGE.height()][IMAGE.width()];
    for (int at = 0; at < pixels.length; at++) {
      int pixel = at / 3;
      image[at % 3][pixel / IMAGE.width()][pixel % IMAGE.width()] = (pixels[at] & 0xFF) / 64.0;
    }
    return image;
  }

  private static double[][][] edgePadded(double[][][] image, int height, int width) {
    double[][][] padded = new double[image.length][height][width];
    for (int c = 0; c < image.length; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double[] row = image[c][Math.min(y, image[c].length - 1)];
          padded[c][y][x] = row[Math.min(x, row.length - 1)];
        }
      }
    }
    return padded;
  }

  /** The mean of every region over its scored pixels. */
  private static double[] means(double[][] map) {
    double[] means = new double[GRID.count()];
    for (int row = 0; row < GRID.rows(); row++) {
      for (int col = 0; col < GRID.cols(); col++) {
        Region region = GRID.region(row, col);
        double sum = 0;
        int count = 0;
        for (int y = region.y(); y < region.y() + region.height(); y++) {
          for (int x = region.x(); x < region.x() + region.width(); x++) {
            if (!Double.isNaN(map[y][x])) {
              sum += map[y][x];
              count++;
            }
          }
        }
        means[GRID.index(row, col)] = sum / count;
      }
    }
    return means;
  }

  private static void requireScores(float[] scores, double[] expected) {
    requireScores(scores, expected, 2e-5);
  }

  private static void requireScores(float[] scores, double[] expected, double bound) {
    assertThat(scores).hasSize(expected.length);
    for (int i = 0; i < scores.length; i++) {
      assertThat((double) scores[i]).as("score %s", i).isCloseTo(expected[i], within(bound));
    }
  }
}
