package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Converts models of operator set 9 and 10 to 11, the oldest that the scoring graph can be written
 * in. Between these, Clip, Pad, Slice and TopK take as inputs what were attributes, and Upsample
 * and Resize became one operator with other defaults; all other operators kept their meaning.
 */
final class OpsetUpgrade {
  private static final long OLDEST = 9;
  private static final long TARGET = 11;
  private static final Set<String> DEFAULT_DOMAINS = Set.of("", "ai.onnx");

  private final String prefix;
  private final List<TensorProto> constants = new ArrayList<>();

  private OpsetUpgrade(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the converted model, or empty if it needs no conversion or is too old. */
  static Optional<ModelProto> of(ModelProto model) {
    long opset = OnnxModelFile.opset(model.getOpsetImportList(), 1);
    if (opset < OLDEST || opset >= TARGET || model.getFunctionsCount() > 0) {
      return Optional.empty();
    }
    GraphProto source = model.getGraph();
    OpsetUpgrade upgrade = new OpsetUpgrade(Subgraphs.unusedPrefix(source, "upgrade"));
    GraphProto.Builder graph = upgrade.converted(source).toBuilder();
    graph.addAllInitializer(upgrade.constants);
    ModelProto.Builder converted = model.toBuilder().setGraph(graph);
    for (int i = 0; i < model.getOpsetImportCount(); i++) {
      OperatorSetIdProto imported = model.getOpsetImport(i);
      if (DEFAULT_DOMAINS.contains(imported.getDomain())) {
        converted.setOpsetImport(i, imported.toBuilder().setVersion(TARGET));
      }
    }
    return Optional.of(converted.build());
  }

  private GraphProto converted(GraphProto graph) {
    GraphProto.Builder copy = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      copy.setNode(i, converted(graph.getNode(i)));
    }
    return copy.build();
  }

  private NodeProto converted(NodeProto node) {
    NodeProto.Builder copy = node.toBuilder();
    for (int i = 0; i < node.getAttributeCount(); i++) {
      if (node.getAttribute(i).hasG()) {
        AttributeProto attribute = node.getAttribute(i);
        copy.setAttribute(i, attribute.toBuilder().setG(converted(attribute.getG())));
      }
    }
    if (!DEFAULT_DOMAINS.contains(node.getDomain())) {
      return copy.build();
    }
    return switch (node.getOpType()) {
      case "Upsample", "Resize" -> resize(node);
      case "Clip" -> clip(node);
      case "Pad" -> pad(node);
      case "Slice" -> slice(node);
      case "TopK" -> topK(node);
      default -> copy.build();
    };
  }

  /** Both old operators place samples asymmetrically and round down. */
  private NodeProto resize(NodeProto node) {
    if (node.getInputCount() != 2) {
      return node;
    }
    return node.toBuilder()
        .setOpType("Resize")
        .clearInput()
        .addInput(node.getInput(0))
        .addInput(floats())
        .addInput(node.getInput(1))
        .addAttribute(OnnxGraph.attribute("coordinate_transformation_mode", "asymmetric"))
        .addAttribute(OnnxGraph.attribute("nearest_mode", "floor"))
        .build();
  }

  private NodeProto clip(NodeProto node) {
    NodeProto.Builder copy = without(node, "min", "max");
    Optional<AttributeProto> min = Nodes.attribute(node, "min");
    Optional<AttributeProto> max = Nodes.attribute(node, "max");
    if (min.isPresent() || max.isPresent()) {
      copy.addInput(min.map(each -> scalar(each.getF())).orElse(""));
    }
    max.ifPresent(each -> copy.addInput(scalar(each.getF())));
    return copy.build();
  }

  private NodeProto pad(NodeProto node) {
    Optional<AttributeProto> pads = Nodes.attribute(node, "pads");
    if (pads.isEmpty()) {
      return node;
    }
    float value = Nodes.attribute(node, "value").map(AttributeProto::getF).orElse(0f);
    return without(node, "pads", "value")
        .addInput(longs(pads.get().getIntsList()))
        .addInput(scalar(value))
        .build();
  }

  private NodeProto slice(NodeProto node) {
    Optional<AttributeProto> starts = Nodes.attribute(node, "starts");
    Optional<AttributeProto> ends = Nodes.attribute(node, "ends");
    if (starts.isEmpty() || ends.isEmpty()) {
      return node;
    }
    NodeProto.Builder copy =
        without(node, "starts", "ends", "axes")
            .addInput(longs(starts.get().getIntsList()))
            .addInput(longs(ends.get().getIntsList()));
    Nodes.attribute(node, "axes").ifPresent(axes -> copy.addInput(longs(axes.getIntsList())));
    return copy.build();
  }

  private NodeProto topK(NodeProto node) {
    Optional<AttributeProto> k = Nodes.attribute(node, "k");
    return k.isEmpty() ? node : without(node, "k").addInput(longs(List.of(k.get().getI()))).build();
  }

  private static NodeProto.Builder without(NodeProto node, String... names) {
    Set<String> dropped = Set.of(names);
    NodeProto.Builder copy = node.toBuilder().clearAttribute();
    node.getAttributeList().stream()
        .filter(each -> !dropped.contains(each.getName()))
        .forEach(copy::addAttribute);
    return copy;
  }

  private String scalar(float value) {
    return constant(Tensors.floats(name(), new float[] {value}, List.of()));
  }

  private String floats() {
    return constant(Tensors.floats(name(), new float[0], List.of(0L)));
  }

  private String longs(List<Long> values) {
    long[] elements = values.stream().mapToLong(Long::longValue).toArray();
    return constant(Tensors.longs(name(), elements, List.of((long) elements.length)));
  }

  private String constant(TensorProto tensor) {
    constants.add(tensor);
    return tensor.getName();
  }

  private String name() {
    return prefix + "/constant" + constants.size();
  }
}
