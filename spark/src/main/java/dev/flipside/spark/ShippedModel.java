package dev.flipside.spark;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A model as it is sent to the executors: all of them load the same bytes, with the card that the
 * driver determined.
 *
 * @param name name of the model in error messages
 * @param content content of a model file without external tensors
 * @param card the card as JSON
 */
record ShippedModel(String name, Broadcast<byte[]> content, String card) implements Serializable {
  /** Sends a model once to each executor. */
  static ShippedModel of(LoadedModel model, JavaSparkContext spark) {
    return new ShippedModel(
        model.file().name(), spark.broadcast(model.file().content()), model.card().toJson());
  }

  LoadedModel load() {
    return new LoadedModel(
        OnnxModelFile.read(content.value(), name), ModelCard.fromJson(card, name), List.of());
  }
}
