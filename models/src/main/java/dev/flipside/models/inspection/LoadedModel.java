package dev.flipside.models.inspection;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.List;

/**
 * A model with a card that is known to fit it.
 *
 * @param file the model
 * @param card what it expects and returns
 * @param assumptions what no card told and was assumed, each a sentence to show once
 */
public record LoadedModel(OnnxModelFile file, ModelCard card, List<String> assumptions) {
  /** Copies the list. */
  public LoadedModel {
    assumptions = List.copyOf(assumptions);
  }
}
