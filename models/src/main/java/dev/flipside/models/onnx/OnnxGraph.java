package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.flipside.models.card.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Builds an ONNX graph node by node. Value names are generated; they are unique and readable, such
 * as {@code scope/Conv_3}. Not thread-safe.
 */
public final class OnnxGraph {
  private static final int IR_VERSION = 8;

  private final State state;
  private final String prefix;

  /** State shared by all scopes of a graph. */
  private static final class State {
    private final int opset;
    private final GraphProto.Builder proto;
    private final Set<String> names = new HashSet<>();
    private int count;

    State(String name, int opset) {
      this.opset = opset;
      this.proto = GraphProto.newBuilder().setName(name);
    }
  }

  /**
   * Creates an empty graph.
   *
   * @param name name of the graph
   * @param opset version of the ai.onnx operators, at least 11
   * @throws IllegalArgumentException if {@code opset} is less than 11
   */
  public OnnxGraph(String name, int opset) {
    this(new State(name, opset), "");
    if (opset < 11) {
      throw new IllegalArgumentException("opset " + opset + ", expected 11 or newer");
    }
  }

  private OnnxGraph(State state, String prefix) {
    this.state = state;
    this.prefix = prefix;
  }

  /** Returns the version of the ai.onnx operators that the nodes use. */
  public int opset() {
    return state.opset;
  }

  /** Returns the same graph with a scope: generated names start with {@code name/}. */
  public OnnxGraph scope(String name) {
    return new OnnxGraph(state, prefix + name + "/");
  }

  /** Returns the prefix of generated names: empty, or the scope with a trailing slash. */
  public String prefix() {
    return prefix;
  }

  /**
   * Declares a graph input.
   *
   * @param name name of the input; the scope is not added
   * @param dims an {@code Integer} or {@code Long} for each fixed axis, a {@code String} for each
   *     symbolic axis
   * @throws IllegalStateException if the name is taken
   */
  public OnnxValue input(String name, TensorType type, Object... dims) {
    state.proto.addInput(valueInfo(name, type, dims));
    return claim(name);
  }

  /**
   * Adds a constant float32 tensor.
   *
   * @param data elements in row-major order; their number must match the shape
   * @param shape length of each axis, empty for a scalar
   * @throws IllegalArgumentException if the number of elements does not match the shape
   */
  public OnnxValue initializer(String name, float[] data, long... shape) {
    return initializer(Tensors.floats(prefix + name, data, dims(shape)));
  }

  /** Adds a constant int64 tensor; see {@link #initializer(String, float[], long...)}. */
  public OnnxValue initializer(String name, long[] data, long... shape) {
    return initializer(Tensors.longs(prefix + name, data, dims(shape)));
  }

  /**
   * Adds a constant tensor of any type.
   *
   * @param littleEndian elements in row-major order, from position to limit; copied
   */
  public OnnxValue initializer(
      String name, TensorType type, ByteBuffer littleEndian, long... shape) {
    ByteBuffer copy = ByteBuffer.allocate(littleEndian.remaining()).put(littleEndian.duplicate());
    return initializer(Tensors.of(prefix + name, type.onnxCode(), copy.flip(), dims(shape)));
  }

  private OnnxValue initializer(TensorProto tensor) {
    OnnxValue value = claim(tensor.getName());
    state.proto.addInitializer(tensor);
    return value;
  }

  /**
   * Adds a node with one output.
   *
   * @param attributes values of type {@code Long}, {@code Integer}, {@code Float}, {@code String},
   *     {@code long[]}, {@code float[]} or {@code TensorProto}
   * @param inputs inputs of the node; {@link OnnxValue#ABSENT} for an omitted optional input
   */
  public OnnxValue node(String opType, Map<String, ?> attributes, OnnxValue... inputs) {
    return nodes(opType, 1, attributes, inputs).get(0);
  }

  /** Adds a node with several outputs; see {@link #node}. */
  public List<OnnxValue> nodes(
      String opType, int outputs, Map<String, ?> attributes, OnnxValue... inputs) {
    String name = prefix + opType + "_" + state.count++;
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(opType).setName(name);
    for (OnnxValue input : inputs) {
      node.addInput(input.name());
    }
    new TreeMap<>(attributes).forEach((key, value) -> node.addAttribute(attribute(key, value)));
    List<OnnxValue> values = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      OnnxValue value = claim(outputs == 1 ? name : name + "_" + i);
      node.addOutput(value.name());
      values.add(value);
    }
    state.proto.addNode(node);
    return values;
  }

  /** Appends a node of another graph unchanged. Its value names must be unique in this graph. */
  public void append(NodeProto node) {
    state.proto.addNode(node);
  }

  /** Appends a constant of another graph unchanged, without copying its data. */
  public void append(TensorProto initializer) {
    state.proto.addInitializer(initializer);
  }

  /**
   * Declares a value as graph output. Adds an {@code Identity} node if the output name differs from
   * the value name.
   */
  public void output(String name, OnnxValue value, TensorType type, Object... dims) {
    if (!value.name().equals(name)) {
      claim(name);
      String node = prefix + "Identity_" + state.count++;
      state.proto.addNode(Nodes.make("Identity", node, name, value.name()));
    }
    state.proto.addOutput(valueInfo(name, type, dims));
  }

  /** Declares a float32 value of unknown shape as graph output; see {@link #output}. */
  public void outputOfUnknownShape(String name, OnnxValue value) {
    claim(name);
    String node = prefix + "Identity_" + state.count++;
    state.proto.addNode(Nodes.make("Identity", node, name, value.name()));
    state.proto.addOutput(Tensors.declare(name, TensorType.FLOAT32.onnxCode()));
  }

  /** Returns the graph in its current state. */
  public GraphProto toProto() {
    return state.proto.build();
  }

  /**
   * Returns the graph as a model.
   *
   * @param producer name of the producing program, stored in the model
   * @param producerVersion version of that program
   */
  public OnnxModelFile build(String producer, String producerVersion) {
    return OnnxModelFile.of(
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(producer)
            .setProducerVersion(producerVersion)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(state.opset))
            .setGraph(toProto())
            .build());
  }

  int nextSerial() {
    return state.count++;
  }

  private static List<Long> dims(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  private OnnxValue claim(String name) {
    if (!state.names.add(name)) {
      throw new IllegalStateException(
          "graph " + state.proto.getName() + " already has a value named \"" + name + "\"");
    }
    return new OnnxValue(name);
  }

  private static ValueInfoProto valueInfo(String name, TensorType type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (dim instanceof Number number) {
        dimension.setDimValue(number.longValue());
      } else {
        dimension.setDimParam((String) dim);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.onnxCode()).setShape(shape)))
        .build();
  }

  /**
   * Creates a node attribute.
   *
   * @param value value of a type that {@link #node} accepts
   * @throws IllegalArgumentException if the value has another type
   */
  public static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long || value instanceof Integer) {
      attribute.setType(AttributeProto.AttributeType.INT).setI(((Number) value).longValue());
    } else if (value instanceof Float number) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
    } else if (value instanceof String text) {
      attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
    } else if (value instanceof long[] numbers) {
      attribute.setType(AttributeProto.AttributeType.INTS);
      for (long number : numbers) {
        attribute.addInts(number);
      }
    } else if (value instanceof float[] numbers) {
      attribute.setType(AttributeProto.AttributeType.FLOATS);
      for (float number : numbers) {
        attribute.addFloats(number);
      }
    } else if (value instanceof TensorProto tensor) {
      attribute.setType(AttributeProto.AttributeType.TENSOR).setT(tensor);
    } else {
      throw new IllegalArgumentException(
          "attribute " + name + ": no ONNX attribute from a " + value.getClass().getSimpleName());
    }
    return attribute.build();
  }
}
