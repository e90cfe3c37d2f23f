package dev.flipside.models.inspection;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.List;

/**
 * A model with a card that matches it.
 *
 * @param file the model
 * @param card the validated card
 * @param assumptions values assumed because no card specifies them, one sentence each, to show to
 *     the user once
 */
public record LoadedModel(OnnxModelFile file, ModelCard card, List<String> assumptions) {
  public LoadedModel {
    assumptions = List.copyOf(assumptions);
  }
}
