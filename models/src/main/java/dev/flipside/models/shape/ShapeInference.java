package dev.flipside.models.shape;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Infers shapes, types and small constant values from the input sizes, in one pass over the nodes.
 * Unknown operators yield unknown results, not errors. Declared shapes of inner values are ignored,
 * because exporters store the sizes used for tracing.
 */
public final class ShapeInference {
  /** Default limit of elements per tensor (16 GiB as float32); larger ones indicate an attack. */
  public static final long MOST_ELEMENTS = 1L << 32;

  private static final int DEEPEST_CALL = 16;

  /** Operators of the com.microsoft domain are matched by name. */
  private static final Set<String> KNOWN_DOMAINS = Set.of("", "ai.onnx", "com.microsoft");

  private final Map<String, PartialTensor> facts = new HashMap<>();
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final long opset;
  private final long mostElements;
  private @Nullable String contradiction;
  private @Nullable String excess;

  private ShapeInference(ModelProto model, long mostElements) {
    this.mostElements = mostElements;
    this.opset = OnnxModelFile.opset(model.getOpsetImportList(), 1);
    for (FunctionProto each : model.getFunctionsList()) {
      functions.put(each.getDomain() + ":" + each.getName(), each);
    }
  }

  /**
   * Infers the shapes of a model.
   *
   * @param model validated model: nodes in topological order, no recursion
   * @param inputs known properties of the inputs, by name
   */
  public static ShapeInference of(ModelProto model, Map<String, PartialTensor> inputs) {
    return of(model, inputs, MOST_ELEMENTS);
  }

  /**
   * Infers the shapes of a model; see {@link #of(ModelProto, Map)}.
   *
   * @param mostElements maximum number of elements per tensor; see {@link #excess()}
   */
  public static ShapeInference of(
      ModelProto model, Map<String, PartialTensor> inputs, long mostElements) {
    ShapeInference inference = new ShapeInference(model, mostElements);
    for (TensorProto constant : model.getGraph().getInitializerList()) {
      inference.facts.put(constant.getName(), PartialTensor.of(constant));
    }
    inference.facts.putAll(inputs);
    try {
      for (NodeProto node : TopologicalOrder.of(model.getGraph())) {
        inference.visit(node, inference.facts, inference.opset, 0);
      }
    } catch (ShapeMismatchException e) {
      inference.contradiction = e.getMessage();
    }
    return inference;
  }

  /** Returns the known properties of a value, or empty if nothing is known. */
  public Optional<PartialTensor> fact(String name) {
    return Optional.ofNullable(facts.get(name));
  }

  /**
   * Returns why the model does not accept the input, naming the first failing node; empty if no
   * conflict was found.
   */
  public Optional<String> contradiction() {
    return Optional.ofNullable(contradiction);
  }

  /** Returns the first tensor that exceeds the element limit; empty if there is none. */
  public Optional<String> excess() {
    return Optional.ofNullable(excess);
  }

  private void visit(NodeProto node, Map<String, PartialTensor> scope, long version, int depth) {
    FunctionProto function = functions.get(node.getDomain() + ":" + node.getOpType());
    if (function != null) {
      call(function, node, scope, depth);
      return;
    }
    if (!KNOWN_DOMAINS.contains(node.getDomain())) {
      return;
    }
    List<List<@Nullable PartialTensor>> bodies = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        bodies.add(visitBody(attribute.getG(), scope, version, depth));
      }
    }
    List<@Nullable PartialTensor> results;
    try {
      results =
          node.getOpType().equals("If")
              ? ShapeRules.common(bodies, node.getOutputCount())
              : results(new NodeFacts(node, version, scope));
    } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
      // A malformed node with fewer axes, inputs or attribute values than required.
      throw new ShapeMismatchException(
          node.getOpType() + " \"" + node.getName() + "\": malformed for the shapes that reach it");
    }
    for (int i = 0; i < results.size() && i < node.getOutputCount(); i++) {
      PartialTensor fact = results.get(i);
      if (fact == null || fact.rank() > 16) {
        continue;
      }
      if (Arrays.stream(fact.dims()).anyMatch(dim -> dim < PartialTensor.UNKNOWN)) {
        throw new ShapeMismatchException(node.getOpType() + ": a result of shape " + fact);
      }
      if (excess == null && fact.count() > mostElements) {
        excess = node.getOpType() + " \"" + node.getOutput(i) + "\" of shape " + fact;
      }
      scope.put(node.getOutput(i), fact);
    }
  }

  /**
   * Infers the shapes of a branch. The branch may never run, so a mismatch inside is no error, but
   * its tensors count toward the element limit.
   *
   * @return its results, null where unknown; empty if the branch cannot run
   */
  private List<@Nullable PartialTensor> visitBody(
      GraphProto body, Map<String, PartialTensor> scope, long version, int depth) {
    if (depth >= DEEPEST_CALL) {
      return List.of();
    }
    Map<String, PartialTensor> inner = new HashMap<>(scope);
    body.getInputList().forEach(each -> inner.remove(each.getName()));
    for (TensorProto constant : body.getInitializerList()) {
      inner.put(constant.getName(), PartialTensor.of(constant));
    }
    try {
      for (NodeProto node : TopologicalOrder.of(body)) {
        visit(node, inner, version, depth + 1);
      }
    } catch (ShapeMismatchException e) {
      return List.of();
    }
    List<@Nullable PartialTensor> results = new ArrayList<>();
    body.getOutputList().forEach(each -> results.add(inner.get(each.getName())));
    return results;
  }

  private void call(
      FunctionProto function, NodeProto call, Map<String, PartialTensor> scope, int depth) {
    if (depth >= DEEPEST_CALL) {
      return;
    }
    Map<String, PartialTensor> inner = new HashMap<>();
    for (int i = 0; i < function.getInputCount() && i < call.getInputCount(); i++) {
      PartialTensor fact = scope.get(call.getInput(i));
      if (fact != null) {
        inner.put(function.getInput(i), fact);
      }
    }
    long version = OnnxModelFile.opset(function.getOpsetImportList(), opset);
    for (NodeProto node : function.getNodeList()) {
      visit(withAttributes(node, call), inner, version, depth + 1);
    }
    for (int i = 0; i < function.getOutputCount() && i < call.getOutputCount(); i++) {
      PartialTensor fact = inner.get(function.getOutput(i));
      if (fact != null) {
        scope.put(call.getOutput(i), fact);
      }
    }
  }

  /** Returns a node of a function with references replaced by the attributes of the call. */
  private static NodeProto withAttributes(NodeProto node, NodeProto call) {
    NodeProto.Builder filled = node.toBuilder().clearAttribute();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getRefAttrName().isEmpty()) {
        filled.addAttribute(attribute);
        continue;
      }
      call.getAttributeList().stream()
          .filter(given -> given.getName().equals(attribute.getRefAttrName()))
          .findFirst()
          .ifPresent(given -> filled.addAttribute(given.toBuilder().setName(attribute.getName())));
    }
    return filled.build();
  }

  private static List<PartialTensor> results(NodeFacts node) {
    PartialTensor x = node.fact(0);
    if (x != null && node.op().equals("Split")) {
      return ShapeRules.split(node, x);
    }
    if (node.op().equals("TopK") && x != null) {
      return topK(node, x);
    }
    PartialTensor only = x == null ? withoutInput(node) : withInput(node, x);
    return Arrays.asList(only);
  }

  private static @Nullable PartialTensor withoutInput(NodeFacts node) {
    return switch (node.op()) {
      case "Constant" -> constant(node);
      case "Conv" -> SpatialRules.conv(node, 1);
      case "Concat" -> ShapeRules.concat(node);
      default -> null;
    };
  }

  private static @Nullable PartialTensor withInput(NodeFacts node, PartialTensor x) {
    if (ElementRules.UNARY.contains(node.op())) {
      return ElementRules.unary(node, x);
    }
    if (ElementRules.BINARY.contains(node.op())) {
      return ElementRules.binary(node);
    }
    if (node.op().startsWith("Reduce")) {
      return ShapeRules.reduce(node, x);
    }
    return switch (node.op()) {
      case "Cast" -> ElementRules.cast(node, x);
      case "Conv", "ConvInteger", "FusedConv", "DeformConv" -> SpatialRules.conv(node, 1);
      case "QLinearConv" -> SpatialRules.conv(node, 3);
      case "GridSample" -> SpatialRules.gridSample(node, x);
      case "Einsum" -> ShapeRules.einsum(node);
      case "GatherElements" -> ShapeRules.shapedAs(node.fact(1), x.type());
      case "ConvTranspose" -> SpatialRules.convTranspose(node);
      case "MaxPool", "AveragePool", "LpPool" -> SpatialRules.pool(node);
      case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" -> global(x);
      case "Resize", "Upsample" -> SpatialRules.resize(node);
      case "Shape" -> ShapeRules.shapeOf(node, x);
      case "Transpose" -> ShapeRules.transpose(node, x);
      case "Reshape" -> ShapeRules.reshape(node, x);
      case "Flatten" -> ShapeRules.flatten(node, x);
      case "Squeeze" -> ShapeRules.squeeze(node, x);
      case "Unsqueeze" -> ShapeRules.unsqueeze(node, x);
      case "Concat" -> ShapeRules.concat(node);
      case "Gather" -> ShapeRules.gather(node, x);
      case "Slice" -> ShapeRules.slice(node, x);
      case "Expand" -> ShapeRules.expand(node, x);
      case "Tile" -> ShapeRules.tile(node, x);
      case "Pad" -> ShapeRules.pad(node, x);
      case "ArgMax", "ArgMin" -> ShapeRules.argMax(node, x);
      case "MatMul" -> ShapeRules.matMul(node, x);
      case "Gemm" -> ShapeRules.gemm(node, x);
      case "DepthToSpace" -> ShapeRules.depthToSpace(node, x, true);
      case "SpaceToDepth" -> ShapeRules.depthToSpace(node, x, false);
      case "ConstantOfShape" -> constantOfShape(node);
      case "Range" -> range(node, x);
      case "Size" ->
          PartialTensor.shaped(PartialTensor.INT64)
              .withData(new double[] {x.count() < 0 ? Double.NaN : x.count()});
      case "DequantizeLinear" -> PartialTensor.shaped(PartialTensor.FLOAT, x.dims());
      case "QuantizeLinear", "CastLike" -> PartialTensor.shaped(0, x.dims());
      default -> null;
    };
  }

  private static @Nullable PartialTensor constant(NodeFacts node) {
    AttributeProto tensor = node.attribute("value").orElse(null);
    if (tensor != null && tensor.hasT()) {
      return PartialTensor.of(tensor.getT());
    }
    AttributeProto integer = node.attribute("value_int").orElse(null);
    if (integer != null) {
      return PartialTensor.shaped(PartialTensor.INT64).withData(new double[] {integer.getI()});
    }
    AttributeProto number = node.attribute("value_float").orElse(null);
    if (number != null) {
      return PartialTensor.shaped(PartialTensor.FLOAT).withData(new double[] {number.getF()});
    }
    AttributeProto integers = node.attribute("value_ints").orElse(null);
    if (integers != null) {
      return PartialTensor.shaped(PartialTensor.INT64, integers.getIntsCount())
          .withData(integers.getIntsList().stream().mapToDouble(Long::doubleValue).toArray());
    }
    AttributeProto numbers = node.attribute("value_floats").orElse(null);
    return numbers == null
        ? null
        : PartialTensor.shaped(PartialTensor.FLOAT, numbers.getFloatsCount())
            .withData(numbers.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray());
  }

  private static @Nullable PartialTensor constantOfShape(NodeFacts node) {
    double[] shape = node.known(0);
    if (shape == null || shape.length > 16) {
      return null;
    }
    AttributeProto value = node.attribute("value").orElse(null);
    PartialTensor element = value == null ? null : PartialTensor.of(value.getT());
    int type = element == null ? PartialTensor.FLOAT : element.type();
    PartialTensor result = PartialTensor.shaped(type, NodeFacts.toLongs(shape));
    if (result.count() < 0 || result.count() > PartialTensor.MOST_DATA || result.rank() > 1) {
      return result;
    }
    double[] data = new double[(int) result.count()];
    double[] filler = element == null ? null : element.data();
    Arrays.fill(data, filler == null ? (value == null ? 0 : Double.NaN) : filler[0]);
    return result.withData(data);
  }

  private static PartialTensor range(NodeFacts node, PartialTensor x) {
    double[] from = node.known(0);
    double[] to = node.known(1);
    double[] step = node.known(2);
    if (from == null
        || to == null
        || step == null
        || from.length != 1
        || to.length != 1
        || step.length != 1
        || step[0] == 0) {
      return PartialTensor.shaped(x.type(), PartialTensor.UNKNOWN);
    }
    long count = (long) Math.max(0, Math.ceil((to[0] - from[0]) / step[0]));
    PartialTensor result = PartialTensor.shaped(x.type(), count);
    if (count > PartialTensor.MOST_DATA) {
      return result;
    }
    double[] data = new double[(int) count];
    Arrays.setAll(data, i -> from[0] + i * step[0]);
    return result.withData(data);
  }

  private static PartialTensor global(PartialTensor x) {
    long[] dims = x.dims().clone();
    for (int i = 2; i < dims.length; i++) {
      dims[i] = 1;
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  private static List<PartialTensor> topK(NodeFacts node, PartialTensor x) {
    long[] dims = x.dims().clone();
    long[] k = node.longs(1, "k");
    dims[node.axis(node.integer("axis", -1), dims.length)] =
        k == null || k.length != 1 ? PartialTensor.UNKNOWN : k[0];
    return List.of(
        PartialTensor.shaped(x.type(), dims), PartialTensor.shaped(PartialTensor.INT64, dims));
  }
}
