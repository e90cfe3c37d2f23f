package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.Tensors;
import dev.flipside.models.onnx.TopologicalOrder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Post-training quantization of a model to 8 bits. Lists the values to observe during calibration
 * and rewrites the model with the resulting ranges.
 *
 * <p>Quantizes the convolutions between the first and the last one, and the additions that join
 * them; all other nodes compute in float32. The first convolution reads pixels and the last one
 * computes class scores: both are cheap and sensitive to errors. Weights are symmetric int8 with
 * one scale per output channel, activations uint8 with a zero point, biases int32. Uses the QDQ
 * format: each quantized value is followed by {@code QuantizeLinear} and {@code DequantizeLinear},
 * which a runtime fuses with the adjacent nodes.
 *
 * <p>A ReLU after a quantized convolution or addition is removed: with zero point 0, clamping to
 * 0..255 has the same effect.
 */
public final class Quantization {
  /** Metadata key of the quantization note in a quantized model. */
  public static final String METADATA_KEY = "flipside.quantization";

  private static final int OLDEST_OPSET = 13;

  private final OnnxModelFile original;
  private final ModelProto folded;
  private final GraphView graph;
  private final String input;
  private final String output;

  /** The quantized nodes. */
  private final Set<NodeProto> chosen = Nodes.newSet();

  /** ReLU nodes replaced by clamping, by their input value. */
  private final Map<String, NodeProto> rectifiers = new HashMap<>();

  /** The same ReLU nodes, as a set. */
  private final Set<NodeProto> dropped = Nodes.newSet();

  /** Quantized values. */
  private final Set<String> quantized = new LinkedHashSet<>();

  private Quantization(OnnxModelFile original, GraphProto prepared, String input, String output) {
    this.original = original;
    this.input = input;
    this.output = output;
    this.folded = original.proto().toBuilder().setGraph(prepared).build();
    this.graph = GraphView.leadingTo(prepared, output);
    choose();
  }

  /**
   * Selects the nodes to quantize.
   *
   * @param model float32 model, not modified
   * @param input name of the image input
   * @param output name of the output to keep; other outputs are removed
   * @throws FlipsideException if the opset is older than 13 or no convolution can be quantized
   */
  public static Quantization of(OnnxModelFile model, String input, String output) {
    long opset = OnnxModelFile.opset(model.proto().getOpsetImportList(), 1);
    if (opset < OLDEST_OPSET) {
      throw new FlipsideException(
          model.name()
              + ": opset "
              + opset
              + ", expected 13 or newer for scales of single channels; export it again with opset"
              + " 17");
    }
    GraphProto folded = BatchNormFolding.fold(IdentityElimination.remove(model.proto().getGraph()));
    Quantization quantization =
        new Quantization(model, ReluMaxPoolReordering.apply(folded), input, output);
    if (quantization.chosen.isEmpty()) {
      throw new FlipsideException(
          model.name()
              + ": no convolution between the first and the last has float32 constants for"
              + " weights, so there is nothing to quantise");
    }
    return quantization;
  }

  private void choose() {
    Set<NodeProto> outer = Nodes.newSet();
    Set<String> beforeAny = new HashSet<>(Set.of(input));
    for (NodeProto node : graph.nodes()) {
      if (node.getInputList().stream().anyMatch(beforeAny::contains)) {
        if (Nodes.is(node, "Conv")) {
          outer.add(node);
        } else if (!Nodes.is(node, "Shape")) {
          beforeAny.addAll(node.getOutputList());
        }
      }
    }
    Set<String> behindAll = new HashSet<>(Set.of(output));
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      NodeProto node = graph.nodes().get(i);
      if (node.getOutputList().stream().anyMatch(behindAll::contains)) {
        if (Nodes.is(node, "Conv")) {
          outer.add(node);
        } else if (!Nodes.is(node, "Shape")) {
          behindAll.addAll(node.getInputList());
        }
      }
    }
    for (NodeProto node : graph.nodes()) {
      boolean convolution = graph.isConstantConv(node) && !outer.contains(node);
      boolean sum =
          Nodes.is(node, "Add") && node.getInputList().stream().allMatch(quantized::contains);
      if ((convolution || sum) && !behindAll.contains(node.getOutput(0))) {
        take(node, sum ? 2 : 1);
      }
    }
  }

  private void take(NodeProto node, int activations) {
    chosen.add(node);
    quantized.addAll(node.getInputList().subList(0, activations));
    String made = node.getOutput(0);
    NodeProto next = graph.onlyConsumer(made).orElse(null);
    if (next != null && Nodes.is(next, "Relu")) {
      rectifiers.put(made, next);
      dropped.add(next);
      made = next.getOutput(0);
    }
    quantized.add(made);
  }

  /** Returns the number of quantized convolutions and additions. */
  public int count() {
    return chosen.size();
  }

  /** Returns the share of quantized convolutions, as text. */
  private String coverage() {
    long convolutions = chosen.stream().filter(node -> Nodes.is(node, "Conv")).count();
    long all = graph.nodes().stream().filter(node -> Nodes.is(node, "Conv")).count();
    return convolutions + " of " + all + " convolutions";
  }

  /** Returns the quantization note of a quantized model; empty for other models. */
  public static Optional<String> note(OnnxModelFile model) {
    return model.metadata(METADATA_KEY);
  }

  /** Returns the float32 model to run for calibration, with batch normalization folded. */
  public OnnxModelFile floating() {
    return OnnxModelFile.of(folded);
  }

  /** Returns the names of the values in {@link #floating()} whose ranges are needed. */
  public Set<String> observed() {
    return Collections.unmodifiableSet(quantized);
  }

  /**
   * Returns the observed values whose channels can be scaled, with their number of channels. {@link
   * #equalized} needs the statistics of these values.
   */
  public Map<String, Integer> scalable() {
    CrossLayerEqualization equalization = new CrossLayerEqualization(folded.getGraph());
    Map<String, Integer> scalable = new LinkedHashMap<>();
    for (String value : quantized) {
      Integer channels = equalization.channels(value);
      if (channels != null) {
        scalable.put(value, channels);
      }
    }
    return scalable;
  }

  /**
   * Returns the quantization of an equivalent model with equalized channel ranges.
   *
   * @param seen statistics of each value in {@link #scalable}, on representative images
   */
  public Quantization equalized(Map<String, ChannelStatistics> seen) {
    GraphProto equalized = new CrossLayerEqualization(folded.getGraph()).apply(seen);
    return new Quantization(original, equalized, input, output);
  }

  /**
   * Creates an empty calibration for {@link #quantize}.
   *
   * @param images number of calibration images, at least 1
   * @param seed seed of the sampled positions
   */
  public Calibration calibration(int images, long seed) {
    Calibration calibration = new Calibration(images, seed);
    quantized.forEach(calibration::observe);
    for (NodeProto node : graph.nodes()) {
      if (chosen.contains(node) && Nodes.is(node, "Conv")) {
        TensorProto kernel = graph.floats(node, 1).orElseThrow();
        calibration.observe(
            node.getInput(0),
            Math.toIntExact(KernelGeometry.groups(node) * kernel.getDims(1)),
            node.getOutput(0),
            KernelGeometry.of(node, kernel));
      }
    }
    return calibration;
  }

  /**
   * Returns the quantized model, with the card and metadata of the original. Weights are rounded
   * adaptively so that errors cancel on the sampled inputs; biases compensate the remaining mean
   * error.
   *
   * @param calibration calibration of this model with all observed values recorded
   * @param ranges chooses the range of each activation from its histogram
   * @param note description of the range selection, stored under {@value #METADATA_KEY}
   * @throws IllegalArgumentException if a value was not recorded
   */
  public OnnxModelFile quantize(
      Calibration calibration, Function<ActivationHistogram, ActivationRange> ranges, String note) {
    Map<String, ActivationRange> all = new LinkedHashMap<>();
    for (String value : quantized) {
      all.put(value, ranges.apply(calibration.histogram(value)));
    }
    shareRangesOfPools(all);
    Rewrite rewrite = new Rewrite(all, calibration);
    GraphProto source = folded.getGraph();
    ModelProto.Builder model =
        folded.toBuilder()
            .setGraph(
                source.toBuilder()
                    .clearNode()
                    .clearInitializer()
                    .clearValueInfo()
                    .clearOutput()
                    .addAllNode(rewrite.built())
                    .addAllInitializer(rewrite.constants(source))
                    .addOutput(declared(source)));
    return OnnxModelFile.of(
        model
            .addMetadataProps(
                StringStringEntryProto.newBuilder()
                    .setKey(METADATA_KEY)
                    .setValue("int8 in " + coverage() + " of " + original.digest() + ", " + note))
            .build());
  }

  private ValueInfoProto declared(GraphProto source) {
    return source.getOutputList().stream()
        .filter(each -> each.getName().equals(output))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no output " + output));
  }

  /** The maximum of 8-bit values is one of them; sharing the scale avoids a conversion. */
  private void shareRangesOfPools(Map<String, ActivationRange> ranges) {
    for (NodeProto node : graph.nodes()) {
      ActivationRange before = ranges.get(node.getInputCount() > 0 ? node.getInput(0) : "");
      if (Nodes.is(node, "MaxPool") && before != null) {
        ranges.replace(node.getOutput(0), before);
      }
    }
  }

  /** Builds the quantized graph. */
  private final class Rewrite {
    private final Map<String, ActivationRange> ranges;
    private final Calibration calibration;
    private final List<NodeProto> built = new ArrayList<>();
    private final List<TensorProto> added = new ArrayList<>();

    Rewrite(Map<String, ActivationRange> ranges, Calibration calibration) {
      this.ranges = ranges;
      this.calibration = calibration;
      for (NodeProto each : dropped) {
        ranges.computeIfPresent(each.getOutput(0), (name, range) -> range.rectified());
      }
    }

    List<NodeProto> built() {
      for (String value : quantized) {
        if (graph.producer(value) == null) {
          addPair(value);
        }
      }
      for (NodeProto node : graph.nodes()) {
        if (chosen.contains(node)) {
          addQuantized(node);
        } else if (!dropped.contains(node)) {
          built.add(reading(node).build());
          node.getOutputList().stream().filter(quantized::contains).forEach(this::addPair);
        }
      }
      return built;
    }

    /** Returns the constants still in use and the new ones. */
    List<TensorProto> constants(GraphProto source) {
      Set<String> read = TopologicalOrder.reads(built);
      List<TensorProto> constants = new ArrayList<>(added);
      source.getInitializerList().stream()
          .filter(each -> read.contains(each.getName()))
          .forEach(constants::add);
      return constants;
    }

    /** Returns the node with quantized inputs replaced by their dequantized counterparts. */
    private NodeProto.Builder reading(NodeProto node) {
      return Nodes.renameInputs(node, each -> quantized.contains(each) ? restored(each) : each);
    }

    private void addQuantized(NodeProto node) {
      NodeProto.Builder copy = reading(node);
      if (Nodes.is(node, "Conv")) {
        useWeights(node, copy);
      }
      NodeProto rectifier = rectifiers.get(node.getOutput(0));
      String made = rectifier == null ? node.getOutput(0) : rectifier.getOutput(0);
      built.add(copy.setOutput(0, made).build());
      addPair(made);
    }

    private void useWeights(NodeProto node, NodeProto.Builder copy) {
      String name = node.getOutput(0) + "/int8";
      float input = range(node.getInput(0)).scale();
      TensorProto kernel = graph.floats(node, 1).orElseThrow();
      float[] bias =
          Nodes.hasInput(node, 2)
              ? Tensors.floats(graph.floats(node, 2).orElseThrow())
              : new float[Math.toIntExact(kernel.getDims(0))];
      ChannelWeights nearest = ChannelWeights.of(kernel, bias, input);
      ChannelWeights weights =
          calibration
              .patches(node.getOutput(0))
              .map(seen -> nearest.fitted(kernel, seen))
              .orElse(nearest);
      double[] biasCorrection = weights.biasCorrection(kernel, calibration.input(node.getInput(0)));
      for (int i = 0; i < bias.length; i++) {
        bias[i] += (float) biasCorrection[i];
      }
      List<Long> channels = List.of((long) bias.length);
      added.add(
          Tensors.of(
              name + "_weight",
              TensorProto.DataType.INT8_VALUE,
              ByteBuffer.wrap(weights.values()),
              weights.shape()));
      added.add(Tensors.floats(name + "_weight_scale", weights.scales(), channels));
      built.add(dequantize(name + "_weight", name + "_weight_scale", "", name + "_weight_float"));
      added.add(Tensors.ints(name + "_bias", weights.bias(bias, input), channels));
      added.add(Tensors.floats(name + "_bias_scale", weights.productScales(input), channels));
      built.add(dequantize(name + "_bias", name + "_bias_scale", "", name + "_bias_float"));
      List<String> inputs = List.of(copy.getInput(0), name + "_weight_float", name + "_bias_float");
      copy.clearInput().addAllInput(inputs);
    }

    /** Adds a quantize-dequantize pair. */
    private void addPair(String value) {
      ActivationRange range = range(value);
      String scale = value + "/uint8_scale";
      String zero = value + "/uint8_zero";
      added.add(Tensors.floats(scale, new float[] {range.scale()}, List.of()));
      ByteBuffer zeroPoint = ByteBuffer.wrap(new byte[] {(byte) range.zeroPoint()});
      added.add(Tensors.of(zero, TensorProto.DataType.UINT8_VALUE, zeroPoint, List.of()));
      String bytes = value + "/uint8";
      built.add(
          Nodes.make("QuantizeLinear", value + "/quantize", bytes, value, scale, zero).build());
      built.add(dequantize(bytes, scale, zero, restored(value)));
    }

    private ActivationRange range(String value) {
      ActivationRange range = ranges.get(value);
      if (range == null) {
        throw new IllegalStateException("value " + value + " has no range");
      }
      return range;
    }

    /** Without a zero point, the constant has one scale per index of its first axis. */
    private NodeProto dequantize(String value, String scale, String zero, String result) {
      NodeProto.Builder node =
          Nodes.make("DequantizeLinear", result + "/dequantize", result, value, scale);
      return zero.isEmpty()
          ? node.addAttribute(OnnxGraph.attribute("axis", 0)).build()
          : node.addInput(zero).build();
    }
  }

  private static String restored(String value) {
    return value + "/restored";
  }
}
