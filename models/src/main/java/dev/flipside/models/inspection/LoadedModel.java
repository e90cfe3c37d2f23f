package dev.flipside.models.inspection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.SizeRule.Fixed;
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
   * Returns this model with images resized to the size of its training inside the graph, so that
   * images are scored at the size at which the network learnt, and scores are of the image as it
   * is. The same model if its card does not tell that size or tells an impossible one, or if it
   * accepts only other sizes.
   */
  public LoadedModel atTrainedSize() {
    SizeRule rule = card.input().size();
    return card.trainedSize()
        .filter(size -> size.pixels() <= Fixed.MOST_PIXELS)
        .filter(size -> !(rule instanceof SizeRule.Fit) && rule.accepted(size).equals(size))
        .map(size -> new LoadedModel(file, card.withInputSize(new Fixed(size)), findings))
        .orElse(this);
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
