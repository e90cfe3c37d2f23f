package dev.flipside.models.inspection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.evidence.Finding;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.List;

/**
 * A model with a card that matches it.
 *
 * @param file the model
 * @param card the validated card
 * @param findings inferred fields of the card with their evidence, empty if a card specifies all
 */
public record LoadedModel(OnnxModelFile file, ModelCard card, List<Finding> findings) {
  public LoadedModel {
    findings = List.copyOf(findings);
  }

  /**
   * Returns the values assumed because neither a card nor the model confirms them, one sentence
   * each, to show to the user once.
   */
  public List<String> assumptions() {
    return findings.stream()
        .filter(Finding::assumed)
        .map(each -> "Assuming " + each.field() + " = " + each.value() + ": " + each.reason())
        .toList();
  }

  /**
   * Returns the findings as indented JSON.
   *
   * @param source where the model comes from
   */
  public String evidence(String source) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("source", source).put("digest", file.digest());
    root.set("findings", ModelInspection.json(findings, mapper));
    return root.toPrettyString();
  }
}
