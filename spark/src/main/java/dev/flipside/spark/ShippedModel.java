package dev.flipside.spark;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.Serializable;
import java.util.List;

/**
 * A model as it is sent to the executors: all of them load the same bytes, with the card that the
 * driver determined.
 *
 * @param name name of the model in error messages
 * @param content content of a model file without external tensors
 * @param card the card as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never modified, never compared
record ShippedModel(String name, byte[] content, String card) implements Serializable {
  static ShippedModel of(LoadedModel model) {
    return new ShippedModel(model.file().name(), model.file().content(), model.card().toJson());
  }

  LoadedModel load() {
    return new LoadedModel(
        OnnxModelFile.read(content, name), ModelCard.fromJson(card, name), List.of());
  }
}
