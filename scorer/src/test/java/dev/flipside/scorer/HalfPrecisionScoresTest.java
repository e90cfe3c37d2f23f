package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.precision.HalfPrecision;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks converted to float16, on the processor: that ONNX Runtime takes them, and what rounding
 * does to the scores. It has few kernels in float16 there and computes most nodes in float32; a GPU
 * may round sums within a node too.
 */
class HalfPrecisionScoresTest {
  private static final int CLASSES = 4;

  /**
   * Two neighbours in float16 differ by one part in 2^10, and a score is at most two entropies of
   * 11 classes, 4.8: one part in 1000 of it. Single pixels may be further off, regions of hundreds
   * of them with errors of both signs are not.
   */
  private static final float TOLERANCE = 5e-3f;

  @TempDir private Path folder;
  private Pool pool = new Pool(Path.of("."), List.of());

  @BeforeEach
  void draw() throws IOException {
    for (int image = 0; image < 4; image++) {
      Pictures.png(folder.resolve(image + ".png"), 96, 128, image);
    }
    pool = Pool.ofFolder(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dynamic",
        "dynamo18",
        "eighth",
        "out_aux",
        "aux_first",
        "nhwc_in",
        "nhwc_both",
        "batch1_fixed",
        "fixed_hw_dynamic_batch",
        "softmax",
        "log_softmax",
        "uint8_nhwc_raw"
      })
  void score_exportedModelInFloat16_agreesAndKeepsRanks(String name) throws Exception {
    requireAgreement(GoldenModelsTest.open(exported(), name));
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23})
  void score_everyOpsetInFloat16_agreesAndKeepsRanks(int opset) {
    requireAgreement(network(opset));
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 14, 15, 17, 21})
  void score_dropoutInFloat16_disagreesAndRepeats(int opset) {
    LoadedModel half = converted(network(opset));

    float[] scores = scores(half, "bald");

    assertThat(scores(half, "bald")).containsExactly(scores);
    for (float score : scores) {
      assertThat(score).isBetween(1e-4f, (float) Math.log(CLASSES));
    }
  }

  private void requireAgreement(LoadedModel model) {
    LoadedModel half = converted(model);
    float[] exact = scores(model, "flip-entropy");
    LoadedModel rounded = new LoadedModel(RoundedNetwork.of(half.file()), half.card(), List.of());

    requireAgreement(scores(half, "flip-entropy"), exact);
    requireAgreement(scores(rounded, "flip-entropy"), exact);
  }

  private static void requireAgreement(float[] near, float[] exact) {
    assertThat(near).isNotEqualTo(exact);
    for (int i = 0; i < exact.length; i++) {
      assertThat(near[i]).as("region %s", i).isCloseTo(exact[i], within(TOLERANCE));
    }
    assertThat(rankCorrelation(exact, near)).isGreaterThan(0.999);
  }

  private static LoadedModel converted(LoadedModel model) {
    OnnxModelFile half = HalfPrecision.convert(model.file());
    assertThat(HalfPrecision.note(half).orElseThrow()).matches("float16 in (\\d+) of \\1 .*");
    return new LoadedModel(half, model.card(), List.of());
  }

  /** Spearman's. */
  private static double rankCorrelation(float[] a, float[] b) {
    int[] ranksOfA = ranks(a);
    int[] ranksOfB = ranks(b);
    double squares =
        IntStream.range(0, a.length).mapToDouble(i -> Math.pow(ranksOfA[i] - ranksOfB[i], 2)).sum();
    return 1 - 6 * squares / (a.length * (Math.pow(a.length, 2) - 1));
  }

  private static int[] ranks(float[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparing(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] ranks = new int[values.length];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    return ranks;
  }

  private float[] scores(LoadedModel model, String acquisition) {
    List<Float> all = new ArrayList<>();
    new PoolScorer(model, options(acquisition))
        .score(
            pool,
            result -> {
              for (float score : ((RegionScores) result).scores()) {
                all.add(score);
              }
            },
            Progress.NONE);
    float[] scores = new float[all.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = all.get(i);
    }
    return scores;
  }

  private static ScoringOptions options(String acquisition) {
    return ScoringOptions.of(new GridSpec.Counts(5, 5), Acquisition.parse(acquisition, 4, 0));
  }

  private static Path exported() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(HalfPrecisionScoresTest.class.getResource("/c_models")).toURI());
  }

  /** A network with blocks of many kinds, in the form that each opset gives them. */
  private static LoadedModel network(int opset) {
    OnnxGraph graph = new OnnxGraph("blocks", opset);
    OnnxOps ops = new OnnxOps(graph);
    Random random = new Random(4);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue stem = ops.op("Relu", normalised(graph, conv(graph, input, 3, 8, 3, random), random));
    OnnxValue block =
        ops.op("Clip", conv(graph, stem, 8, 8, 3, random), ops.scalar(-3), ops.scalar(3));
    OnnxValue sum = ops.op("Add", normalised(graph, block, random), stem);
    OnnxValue small =
        graph.node(
            "MaxPool",
            Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}),
            opset < 14 ? ops.op("Sigmoid", sum) : ops.op("HardSwish", sum));
    OnnxValue gate =
        ops.op("HardSigmoid", conv(graph, ops.op("GlobalAveragePool", small), 8, 8, 1, random));
    OnnxValue gated = ops.op("Mul", small, gate);
    OnnxValue mixed = opset < 17 ? gated : attention(graph, ops, gated, opset, random);
    OnnxValue scales = ops.floats(new float[] {1, 1, 2, 2}, 4);
    OnnxValue roi = opset < 13 ? ops.floats(new float[0], 0) : OnnxValue.ABSENT;
    OnnxValue large = graph.node("Resize", Map.of("mode", "linear"), mixed, roi, scales);
    OnnxValue both = ops.concat(1, dropped(graph, ops, large), sum);
    OnnxValue logits = conv(graph, both, 16, CLASSES, 3, random);
    graph.output("output", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    return new LoadedModel(
        graph.build("test", "1"), TestModels.rawCard(CLASSES, 1f / 255), List.of());
  }

  /** Each pixel looks at the channels of all others. */
  private static OnnxValue attention(
      OnnxGraph graph, OnnxOps ops, OnnxValue x, int opset, Random random) {
    OnnxValue shape = ops.op("Shape", x);
    OnnxValue flat = ops.op("Reshape", x, ops.longs(0, 0, -1));
    OnnxValue tokens = ops.transpose(flat, 0, 2, 1);
    OnnxValue normal =
        graph.node(
            "LayerNormalization",
            Map.of(),
            tokens,
            vector(graph, "gain", 8, 0.1, 1, random),
            vector(graph, "shift", 8, 0.1, 0, random));
    OnnxValue keys =
        ops.op("MatMul", normal, graph.initializer("keys", random(random, 64, 0.3, 0), 8, 8));
    OnnxValue products = ops.op("MatMul", ops.transpose(keys, 0, 2, 1), normal);
    OnnxValue scaled = ops.op("Div", products, ops.scalar(512));
    OnnxValue weights = graph.node("Softmax", Map.of("axis", -1L), scaled);
    OnnxValue values = ops.op("MatMul", normal, weights);
    OnnxValue active =
        opset < 20 ? ops.op("Mul", values, ops.op("Erf", values)) : ops.op("Gelu", values);
    return ops.op("Add", ops.op("Reshape", ops.transpose(active, 0, 2, 1), shape), x);
  }

  private static OnnxValue dropped(OnnxGraph graph, OnnxOps ops, OnnxValue x) {
    if (graph.opset() < 12) {
      return graph.node("Dropout", Map.of("ratio", 0.5f), x);
    }
    OnnxValue off = graph.initializer("training", TensorType.BOOL, ByteBuffer.wrap(new byte[] {0}));
    return ops.op("Dropout", x, ops.scalar(0.5f), off);
  }

  private static OnnxValue conv(
      OnnxGraph graph, OnnxValue x, int from, int to, int side, Random random) {
    OnnxGraph scope = graph.scope("behind_" + x.name());
    long pad = side / 2;
    return scope.node(
        "Conv",
        Map.of("pads", new long[] {pad, pad, pad, pad}),
        x,
        scope.initializer(
            "w",
            random(random, to * from * side * side, 2.0 / side / Math.sqrt(from), 0),
            to,
            from,
            side,
            side),
        vector(scope, "b", to, 0.1, 0, random));
  }

  private static OnnxValue normalised(OnnxGraph graph, OnnxValue x, Random random) {
    OnnxGraph scope = graph.scope("behind_" + x.name());
    return scope.node(
        "BatchNormalization",
        Map.of(),
        x,
        vector(scope, "gamma", 8, 0.1, 1, random),
        vector(scope, "beta", 8, 0.1, 0, random),
        vector(scope, "mean", 8, 0.1, 0, random),
        vector(scope, "variance", 8, 0.05, 1, random));
  }

  private static OnnxValue vector(
      OnnxGraph graph, String name, int length, double spread, double mean, Random random) {
    return graph.initializer(name, random(random, length, spread, mean), length);
  }

  private static float[] random(Random random, int count, double spread, double mean) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (mean + spread * random.nextGaussian());
    }
    return values;
  }
}
