package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.quantization.ChannelStatistics;
import dev.flipside.models.quantization.Quantization;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.quantization.CalibrationOptions;
import dev.flipside.scorer.quantization.Quantizer;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizedNetworkTest {
  private static final int CLASSES = 4;
  private static final CalibrationOptions OPTIONS = new CalibrationOptions(6, 0, null, 100, 1);

  @TempDir private Path folder;
  private Pool pool = new Pool(Path.of("."), List.of());

  @BeforeEach
  void draw() throws IOException {
    for (int image = 0; image < 8; image++) {
      Pictures.png(folder.resolve("pool/" + image + ".png"), 24, 32, image);
    }
    pool = Pool.ofFolder(folder.resolve("pool"));
  }

  @Test
  void quantize_residualNetwork_runsAsFusedIntegerConvolutions() throws Exception {
    OnnxModelFile quantized = new Quantizer(residual(), OPTIONS).quantize(pool, Progress.NONE);

    List<String> ops = optimised(quantized);

    assertThat(Collections.frequency(ops, "QLinearConv")).isEqualTo(4);
    assertThat(Collections.frequency(ops, "QLinearAdd")).isEqualTo(1);
    // Once into 8 bits, once out of them.
    assertThat(Collections.frequency(ops, "QuantizeLinear")).isEqualTo(1);
    assertThat(Collections.frequency(ops, "DequantizeLinear")).isEqualTo(1);
  }

  @Test
  void quantize_residualNetwork_keepsScoresNearby() {
    LoadedModel model = residual();
    OnnxModelFile quantized = new Quantizer(model, OPTIONS).quantize(pool, Progress.NONE);

    float[] exact = scores(model);
    float[] near = scores(new LoadedModel(quantized, quantized.card().orElseThrow(), List.of()));

    double squares = 0;
    double spread = 0;
    double mean = 0;
    for (float each : exact) {
      mean += each / exact.length;
    }
    for (int i = 0; i < exact.length; i++) {
      squares += Math.pow(near[i] - exact[i], 2);
      spread += Math.pow(exact[i] - mean, 2);
    }
    assertThat(near).isNotEqualTo(exact);
    assertThat(Math.sqrt(squares / spread)).isLessThan(0.1);
  }

  @Test
  void quantize_maximumBehindTheFirstConvolution_poolsInFloat32() throws Exception {
    OnnxModelFile quantized = new Quantizer(pooled(), OPTIONS).quantize(pool, Progress.NONE);

    List<String> ops = optimised(quantized);

    assertThat(ops.subList(ops.indexOf("MaxPool"), ops.size()))
        .containsSubsequence("MaxPool", "QuantizeLinear", "QLinearConv");
    // The rectifier in between is part of the rounding.
    assertThat(ops).doesNotContain("Relu").containsOnlyOnce("QuantizeLinear");
  }

  @Test
  void quantize_noChannelThatCanBeScaled_isQuantisedAsItIs() throws Exception {
    OnnxGraph graph = new OnnxGraph("leaky", 17);
    Random random = new Random(6);
    OnnxValue value = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    int from = 3;
    for (int layer = 0; layer < 4; layer++) {
      OnnxValue made = convolution(graph, value, from, 8, 3, random);
      value = graph.node("LeakyRelu", Map.of(), made);
      from = 8;
    }
    OnnxValue logits = convolution(graph, value, from, CLASSES, 1, random);
    graph.output("output", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    LoadedModel model =
        new LoadedModel(graph.build("test", "1"), TestModels.rawCard(CLASSES, 1f / 255), List.of());

    OnnxModelFile quantized = new Quantizer(model, OPTIONS).quantize(pool, Progress.NONE);

    assertThat(Collections.frequency(optimised(quantized), "QLinearConv")).isEqualTo(3);
  }

  @Test
  void equalized_residualNetwork_computesTheSameInChannelsThatFillTheirRange() {
    LoadedModel model = residual();
    Quantization plain = Quantization.of(model.file(), "input", "output");
    Map<String, ChannelStatistics> seen = new HashMap<>();
    Map<String, Double> before = new HashMap<>();
    Map<String, Double> after = new HashMap<>();
    observe(
        plain,
        (name, shape, values) -> {
          ChannelStatistics statistics = new ChannelStatistics((int) shape[1]);
          statistics.add(values);
          seen.put(name, statistics);
          before.put(name, filled(shape, values));
        });

    Quantization equalized = plain.equalized(seen);
    observe(equalized, (name, shape, values) -> after.put(name, filled(shape, values)));

    // The stem, the block's two branches and their sum, between those, and the head.
    assertThat(after).hasSize(6).containsOnlyKeys(before.keySet());
    after.forEach((name, share) -> assertThat(share).isGreaterThan(before.getOrDefault(name, 1.0)));
    float[] exact = scores(model);
    float[] same = scores(new LoadedModel(equalized.floating(), model.card(), List.of()));
    for (int i = 0; i < exact.length; i++) {
      assertThat(same[i]).isCloseTo(exact[i], within(1e-5f));
    }
  }

  /** Shows the values whose channels can be scaled, on one image. */
  private void observe(Quantization quantization, ObservingSession.Observer observer) {
    ScoringGraph graph =
        ScoringGraph.graft(
            quantization.floating(),
            residual().card(),
            new ScoringRequest(
                new GridSpec.Counts(1, 1).on(new ImageSize(24, 32)),
                1,
                ScoringSpec.ENTROPY,
                Set.of()));
    ByteBuffer rgb = ByteBuffer.allocateDirect(3 * 24 * 32);
    ImageFile.read(folder.resolve("pool/0.png")).decodeInto(rgb, 0, new ImageSize(24, 32));
    try (ObservingSession session =
        ObservingSession.open(graph, quantization.scalable().keySet(), 1)) {
      session.run(rgb, observer);
    }
  }

  /** How much of the range of all channels that are not dead each fills on average, 0 to 1. */
  private static double filled(long[] shape, FloatBuffer values) {
    double[] largest = new double[(int) shape[1]];
    int pixels = (int) (shape[2] * shape[3]);
    for (int i = 0; i < values.limit(); i++) {
      largest[i / pixels] = Math.max(largest[i / pixels], Math.abs(values.get(i)));
    }
    double most = DoubleStream.of(largest).max().orElseThrow();
    return DoubleStream.of(largest).filter(each -> each > 0).average().orElseThrow() / most;
  }

  @Test
  void quantize_unreadableImages_arePassedOver() throws IOException {
    Files.writeString(folder.resolve("pool/0.png"), "no image");

    OnnxModelFile quantized =
        new Quantizer(residual(), new CalibrationOptions(8, 0, null, 99.9, 1))
            .quantize(pool, Progress.NONE);

    assertThat(quantized.proto().getMetadataPropsList())
        .anyMatch(each -> each.getValue().contains("calibrated on 7 images of 8, percentile 99.9"));
  }

  @Test
  void quantize_noReadableImage_isRefused() throws IOException {
    for (int image = 0; image < 8; image++) {
      Files.writeString(folder.resolve("pool/" + image + ".png"), "no image");
    }
    Quantizer quantizer = new Quantizer(residual(), OPTIONS);

    assertThatThrownBy(() -> quantizer.quantize(pool, Progress.NONE))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("none of the 6 images");
  }

  private float[] scores(LoadedModel model) {
    List<Float> all = new ArrayList<>();
    new PoolScorer(
            model,
            ScoringOptions.of(new GridSpec.Counts(3, 4), Acquisition.parse("flip-entropy", 1, 0)))
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

  /** The operators that ONNX Runtime makes of a model. */
  private List<String> optimised(OnnxModelFile model) throws IOException, OrtException {
    Path file = folder.resolve("optimised.onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setOptimizedModelFilePath(file.toString());
      OrtSessions.environment().createSession(model.proto().toByteArray(), options).close();
    }
    return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
        .map(NodeProto::getOpType)
        .toList();
  }

  /** Six convolutions, a block among them with a shortcut that is a convolution itself. */
  private static LoadedModel residual() {
    OnnxGraph graph = new OnnxGraph("residual", 17);
    Random random = new Random(4);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue stem = relu(graph, normalised(graph, x, 3, 16, 3, random));
    OnnxValue inner = relu(graph, normalised(graph, stem, 16, 16, 3, random));
    OnnxValue made = normalised(graph, inner, 16, 32, 1, random);
    OnnxValue shortcut = normalised(graph, stem, 16, 32, 1, random);
    OnnxValue block = relu(graph, graph.node("Add", Map.of(), made, shortcut));
    OnnxValue head = relu(graph, normalised(graph, block, 32, 16, 3, random));
    OnnxValue logits = convolution(graph, head, 16, CLASSES, 1, random);
    graph.output("output", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    return new LoadedModel(
        graph.build("test", "1"), TestModels.rawCard(CLASSES, 1f / 255), List.of());
  }

  /** Three convolutions, a maximum behind the first. */
  private static LoadedModel pooled() {
    OnnxGraph graph = new OnnxGraph("pooled", 17);
    Random random = new Random(5);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue stem = relu(graph, normalised(graph, x, 3, 16, 3, random));
    OnnxValue pooled =
        graph.node(
            "MaxPool",
            Map.of("kernel_shape", new long[] {3, 3}, "pads", new long[] {1, 1, 1, 1}),
            stem);
    OnnxValue inner = relu(graph, normalised(graph, pooled, 16, 16, 3, random));
    OnnxValue logits = convolution(graph, inner, 16, CLASSES, 1, random);
    graph.output("output", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    return new LoadedModel(
        graph.build("test", "1"), TestModels.rawCard(CLASSES, 1f / 255), List.of());
  }

  private static OnnxValue relu(OnnxGraph graph, OnnxValue x) {
    return graph.node("Relu", Map.of(), x);
  }

  private static OnnxValue convolution(
      OnnxGraph graph, OnnxValue x, int from, int to, int side, Random random) {
    OnnxGraph scope = graph.scope(x.name() + "_" + to + "_" + side);
    long pad = side / 2;
    return scope.node(
        "Conv",
        Map.of("pads", new long[] {pad, pad, pad, pad}),
        x,
        scope.initializer(
            "w",
            random(random, to * from * side * side, 1.5 / side / Math.sqrt(from), 0),
            to,
            from,
            side,
            side),
        scope.initializer("b", random(random, to, 0.1, 0), to));
  }

  private static OnnxValue normalised(
      OnnxGraph graph, OnnxValue x, int from, int to, int side, Random random) {
    OnnxValue conv = convolution(graph, x, from, to, side, random);
    OnnxGraph scope = graph.scope(conv.name());
    return scope.node(
        "BatchNormalization",
        Map.of(),
        conv,
        scope.initializer("gamma", random(random, to, 0.1, 1), to),
        scope.initializer("beta", random(random, to, 0.1, 0), to),
        scope.initializer("mean", random(random, to, 0.1, 0), to),
        scope.initializer("variance", random(random, to, 0.05, 1), to));
  }

  private static float[] random(Random random, int count, double spread, double mean) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (mean + spread * random.nextGaussian());
    }
    return values;
  }
}
