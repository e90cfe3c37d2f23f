package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.evidence.Finding;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Human-readable summary of a model file.
 *
 * @param file name of the model
 * @param bytes size of the file
 * @param digest {@code sha256:…} of the file
 * @param producer program that wrote the model, with version; empty if unknown
 * @param irVersion version of the file format
 * @param opset version of the ai.onnx operators
 * @param inputs inputs that a run requires
 * @param outputs declared outputs
 * @param findings inferred card fields with reasons
 * @param card card that would be used, null if it cannot be determined
 * @param toTell why the card cannot be determined and how to fix it, null if {@code card} is
 *     present
 */
public record ModelInspection(
    String file,
    long bytes,
    String digest,
    String producer,
    long irVersion,
    long opset,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    List<Finding> findings,
    @Nullable ModelCard card,
    @Nullable String toTell) {
  public ModelInspection {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    findings = List.copyOf(findings);
  }

  /**
   * Inspects a model.
   *
   * @param told external card, null to use the embedded card if there is one
   * @param overrides card fields specified by the user
   */
  public static ModelInspection of(
      OnnxModelFile model, @Nullable ModelCard told, CardOverrides overrides) {
    return of(model, told, overrides, InspectionContext.NONE);
  }

  /**
   * Inspects a model; see {@link #of(OnnxModelFile, ModelCard, CardOverrides)}.
   *
   * @param context what can be asked besides the graph
   */
  public static ModelInspection of(
      OnnxModelFile model,
      @Nullable ModelCard told,
      CardOverrides overrides,
      InspectionContext context) {
    List<Finding> findings = List.of();
    ModelCard card = null;
    String toTell = null;
    try {
      CardInference inference =
          CardInference.of(
              model, told == null ? context.card(model).orElse(null) : told, overrides, context);
      findings = inference.findings();
      card = inference.card();
    } catch (FlipsideException e) {
      toTell = e.getMessage();
    }
    ModelProto proto = model.proto();
    return new ModelInspection(
        model.name(),
        model.size(),
        model.digest(),
        (proto.getProducerName() + " " + proto.getProducerVersion()).strip(),
        proto.getIrVersion(),
        OnnxModelFile.opset(proto.getOpsetImportList(), 1),
        TensorInfo.inputs(proto.getGraph()),
        TensorInfo.outputs(proto.getGraph()),
        findings,
        card,
        toTell);
  }

  /** Returns the summary as indented JSON. */
  public String toJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("verdict", verdict());
    root.put("file", file).put("bytes", bytes).put("digest", digest).put("producer", producer);
    root.put("irVersion", irVersion).put("opset", opset);
    addTensors(root.putArray("inputs"), inputs);
    addTensors(root.putArray("outputs"), outputs);
    root.set("guesses", json(findings, mapper));
    try {
      root.set("card", card == null ? null : mapper.readTree(card.toJson()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a card is JSON", e);
    }
    root.put("toTell", toTell);
    return root.toPrettyString();
  }

  /** Returns findings as a JSON array. */
  static ArrayNode json(List<Finding> findings, ObjectMapper mapper) {
    ArrayNode array = mapper.createArrayNode();
    for (Finding finding : findings) {
      ObjectNode node = array.addObject();
      node.put("field", finding.field()).put("value", finding.value());
      node.put("reason", finding.reason()).put("assumed", finding.assumed());
      node.put("evidence", finding.evidence().name().toLowerCase(Locale.ROOT));
    }
    return array;
  }

  /** Returns in one line whether the model can be used, and as what. */
  public String verdict() {
    return card == null ? "cannot be used: " + toTell : "Ready: " + Verdict.of(card);
  }

  private static void addTensors(ArrayNode array, List<TensorInfo> tensors) {
    for (TensorInfo each : tensors) {
      ObjectNode node = array.addObject().put("name", each.name()).put("type", each.typeName());
      List<String> dims = each.dims();
      if (dims != null) {
        dims.forEach(node.putArray("dims")::add);
      }
    }
  }
}
