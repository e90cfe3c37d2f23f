package dev.flipside.models.preprocessing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.shape.PartialTensor;
import dev.flipside.models.shape.ShapeInference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The preprocessing inside a graph: what the first nodes do with each channel of the input, {@code
 * factor · x + shift}, before any layer. From it follows the range of values that the input is
 * meant to have.
 */
public final class GraphPreprocessing {
  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "Cast",
          "CastLike",
          "Dropout",
          "Resize",
          "Upsample",
          "Pad",
          "Clip",
          "QuantizeLinear",
          "DequantizeLinear");
  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div");
  private static final int MOST_NODES = 32;

  private final GraphView graph;
  private final ShapeInference shapes;
  private final int channels;
  private final double[] factor;
  private final double[] shift;

  /** Channel of the input that is now at each place. */
  private int[] from;

  private final StringBuilder nodes = new StringBuilder();

  /** Range of values that an input is meant to have. */
  public enum Range {
    /** 0 to 255. */
    BYTES,
    /** 0 to 1. */
    UNIT,
    /** -1 to 1. */
    SYMMETRIC,
    /** Not clear from the arithmetic. */
    UNCLEAR
  }

  private GraphPreprocessing(ModelProto model, ShapeInference shapes, int channels) {
    this.graph = GraphView.of(model.getGraph());
    this.shapes = shapes;
    this.channels = channels;
    this.factor = new double[channels];
    Arrays.fill(factor, 1);
    this.shift = new double[channels];
    this.from = IntStream.range(0, channels).toArray();
  }

  /**
   * Reads the first nodes.
   *
   * @param input name of the input
   * @param channels their number
   * @return empty if the first nodes calculate nothing with the channels
   */
  public static Optional<GraphPreprocessing> of(
      ModelProto model, String input, TensorLayout layout, int channels) {
    GraphPreprocessing found =
        new GraphPreprocessing(
            model, ShapeInference.of(model, Map.<String, PartialTensor>of()), channels);
    String last = found.follow(input, layout == TensorLayout.NCHW ? 1 : 3);
    if (!found.takesSurelyBytes()) {
      UnrecognizedArithmetic.behind(model, found.graph, last).ifPresent(found::calculateUnclearly);
    }
    return found.isIdentity() ? Optional.empty() : Optional.of(found);
  }

  /**
   * Reads one node after the other, as long as each is understood.
   *
   * @return the last value that was reached
   */
  private String follow(String input, int channelAxis) {
    String at = input;
    int axis = channelAxis;
    for (int steps = 0; steps < MOST_NODES; steps++) {
      List<NodeProto> readers =
          graph.consumers(at).stream().filter(each -> !each.getOpType().equals("Shape")).toList();
      if (readers.size() != 1 || readers.get(0).getOutputCount() == 0) {
        return at;
      }
      NodeProto node = readers.get(0);
      String op = node.getOpType();
      if (op.equals("Transpose")) {
        int now = moved(node, axis);
        if (now < 0) {
          return at;
        }
        axis = now;
      } else if (ARITHMETIC.contains(op)) {
        double[] operand = operand(node, at, axis);
        if (operand == null) {
          return at;
        }
        apply(node, node.getInput(0).equals(at), operand);
      } else if (op.equals("BatchNormalization")) {
        if (axis != 1 || !normalizes(node)) {
          return at;
        }
      } else if (reverses(node, axis)) {
        int[] turned = from;
        from = IntStream.range(0, channels).map(place -> turned[channels - 1 - place]).toArray();
      } else if (!(PASSING.contains(op) || keepsChannels(node, axis))
          || !node.getInput(0).equals(at)) {
        return at;
      }
      at = node.getOutput(0);
    }
    return at;
  }

  /** Returns whether the values are divided by so much that only 0 to 255 can be meant. */
  private boolean takesSurelyBytes() {
    return Arrays.stream(shift).allMatch(each -> each == 0) && range() == Range.BYTES;
  }

  /** Applies a batch normalization with known statistics, which is one product and one sum. */
  private boolean normalizes(NodeProto node) {
    double[][] numbers = new double[4][];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = constant(node, i + 1);
      if (numbers[i] == null || numbers[i].length != channels) {
        return false;
      }
    }
    double epsilon = Nodes.attribute(node, "epsilon").map(AttributeProto::getF).orElse(1e-5f);
    for (int place = 0; place < channels; place++) {
      double by = numbers[0][place] / Math.sqrt(numbers[3][place] + epsilon);
      scale(from[place], by);
      shift[from[place]] += numbers[1][place] - numbers[2][place] * by;
    }
    describe(node);
    return true;
  }

  /** Returns whether a node cuts rows or columns, or channels behind the first three. */
  private boolean keepsChannels(NodeProto node, int axis) {
    double[] starts = constant(node, 1);
    double[] ends = constant(node, 2);
    double[] axes = constant(node, 3);
    double[] steps = Nodes.hasInput(node, 4) ? constant(node, 4) : new double[] {1};
    if (!node.getOpType().equals("Slice")
        || starts == null
        || ends == null
        || axes == null
        || steps == null) {
      return false;
    }
    for (int i = 0; i < axes.length; i++) {
      boolean across = axes[i] == axis || axes[i] + 4 == axis;
      boolean all =
          starts[i] == 0 && ends[i] >= channels && steps[Math.min(i, steps.length - 1)] == 1;
      if (across && !all) {
        return false;
      }
    }
    return true;
  }

  private void calculateUnclearly(NodeProto node) {
    for (int channel = 0; channel < channels; channel++) {
      scale(channel, Double.NaN);
    }
    describe(node);
  }

  private void describe(NodeProto node) {
    nodes.append(nodes.isEmpty() ? "" : ", ").append(node.getOpType());
    if (!node.getName().isEmpty()) {
      nodes.append(" \"").append(node.getName()).append('"');
    }
  }

  /** Returns whether the channels keep their values. */
  private boolean isIdentity() {
    boolean same = true;
    for (int channel = 0; channel < channels; channel++) {
      same &= Math.abs(factor[channel] - 1) < 1e-4 && Math.abs(shift[channel]) < 1e-4;
    }
    return same;
  }

  private static int moved(NodeProto node, int axis) {
    List<Long> permutation =
        Nodes.attribute(node, "perm").map(AttributeProto::getIntsList).orElse(List.of());
    return permutation.indexOf((long) axis);
  }

  /** Returns the constant of an arithmetic node for each channel, or null if there is none. */
  private double @Nullable [] operand(NodeProto node, String at, int axis) {
    if (node.getInputCount() != 2) {
      return null;
    }
    boolean first = node.getInput(0).equals(at);
    PartialTensor other = shapes.fact(node.getInput(first ? 1 : 0)).orElse(null);
    double[] data = other == null ? null : other.data();
    if (other == null || data == null || (data.length != 1 && data.length != channels)) {
      return null;
    }
    for (double each : data) {
      if (!Double.isFinite(each)) {
        return null;
      }
    }
    if (data.length == 1) {
      double[] all = new double[channels];
      Arrays.fill(all, data[0]);
      return all;
    }
    // Broadcasting aligns the last axes: of four, the channels are so many from the end.
    int behind = 3 - axis;
    boolean aligned = other.rank() > behind && other.dim(-1 - behind) == channels;
    return aligned ? data : null;
  }

  private void apply(NodeProto node, boolean first, double[] operand) {
    for (int place = 0; place < channels; place++) {
      int channel = from[place];
      double c = operand[place];
      switch (node.getOpType()) {
        case "Add" -> shift[channel] += c;
        case "Mul" -> scale(channel, c);
        case "Sub" -> {
          if (first) {
            shift[channel] -= c;
          } else {
            scale(channel, -1);
            shift[channel] += c;
          }
        }
        default -> {
          if (first) {
            scale(channel, 1 / c);
          } else {
            scale(channel, Double.NaN); // a constant divided by the picture
          }
        }
      }
    }
    describe(node);
  }

  private void scale(int channel, double by) {
    factor[channel] *= by;
    shift[channel] *= by;
  }

  /** Returns whether a node reverses the channels. */
  private boolean reverses(NodeProto node, int axis) {
    if (node.getOpType().equals("Gather")) {
      double[] picks = constant(node, 1);
      long along = Nodes.attribute(node, "axis").map(AttributeProto::getI).orElse(0L);
      return picks != null
          && picks.length == channels
          && IntStream.range(0, channels).allMatch(i -> isPlace(picks[i], channels - 1 - i))
          && (along == axis || along + 4 == axis);
    }
    double[] axes = constant(node, 3);
    double[] steps = constant(node, 4);
    return node.getOpType().equals("Slice")
        && axes != null
        && steps != null
        && axes.length == 1
        && steps.length == 1
        && steps[0] == -1
        && (axes[0] == axis || axes[0] + 4 == axis);
  }

  /** Returns whether an index is a place, counted from the first channel or from behind. */
  private boolean isPlace(double index, int place) {
    return index == place || index == place - channels;
  }

  private double @Nullable [] constant(NodeProto node, int input) {
    return Nodes.hasInput(node, input)
        ? shapes.fact(node.getInput(input)).map(PartialTensor::data).orElse(null)
        : null;
  }

  /** Returns the range of values that the input is meant to have. */
  public Range range() {
    double scale = Arrays.stream(factor).sum() / channels;
    double offset = Arrays.stream(shift).sum() / channels;
    if (!(scale > 0)) {
      return Range.UNCLEAR;
    }
    if (offset == 0) {
      if (scale <= 1 / 50.0) {
        return Range.BYTES;
      }
      return (scale > 1.5 && scale < 10) || Math.abs(scale - 255) < 1 ? Range.UNIT : Range.UNCLEAR;
    }
    double center = -offset / scale;
    if (center >= 30 && center <= 220) {
      return Range.BYTES;
    }
    if (center > 0.1 && center < 0.9) {
      return Range.UNIT;
    }
    return Math.abs(center + 1) < 0.01 ? Range.SYMMETRIC : Range.UNCLEAR;
  }

  /**
   * Returns the channel order that the means tell: those of ImageNet are highest in red and lowest
   * in blue. Empty if they are no means of ImageNet.
   */
  public Optional<ChannelOrder> channels() {
    if (channels == 1) {
      return Optional.empty();
    }
    double[] means = new double[channels];
    double unit = range() == Range.BYTES ? 255 : 1;
    for (int channel = 0; channel < channels; channel++) {
      means[channel] = -shift[channel] / factor[channel] / unit;
    }
    boolean rgb = true;
    boolean bgr = true;
    for (int channel = 0; channel < channels; channel++) {
      rgb &= Math.abs(means[channel] - InputCard.IMAGENET_MEAN.get(channel)) < 0.01;
      bgr &= Math.abs(means[channel] - InputCard.IMAGENET_MEAN.get(2 - channel)) < 0.01;
    }
    return rgb == bgr ? Optional.empty() : Optional.of(rgb ? ChannelOrder.RGB : ChannelOrder.BGR);
  }

  /** Returns a description of the nodes that calculate with the channels. */
  public String describedNodes() {
    return nodes.toString();
  }
}
