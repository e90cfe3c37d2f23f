package dev.flipside.models.inspection;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.probe.ModelRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about a model besides its graph.
 *
 * @param runner runs the model once, null to do without numbers
 * @param folder folder of the model, whose configuration files are read; null if there is none
 */
public record InspectionContext(@Nullable ModelRunner runner, @Nullable Path folder) {
  /** Ending of the card file beside a model. */
  public static final String CARD_ENDING = ".card.json";

  /** Neither numbers nor files. */
  public static final InspectionContext NONE = new InspectionContext(null, null);

  /** Returns the context of a model file. */
  public static InspectionContext of(Path onnx, @Nullable ModelRunner runner) {
    return new InspectionContext(runner, onnx.toAbsolutePath().getParent());
  }

  /**
   * Returns the card of a model that is not told: the file beside it whose name is that of the
   * model with {@value #CARD_ENDING} for {@code .onnx}, else the card inside the model.
   *
   * @throws FlipsideException if that card is not valid
   */
  Optional<ModelCard> card(OnnxModelFile model) {
    if (folder != null) {
      Path beside = folder.resolve(cardName(Path.of(model.name())));
      if (Files.isRegularFile(beside)) {
        return Optional.of(ModelSource.readCard(beside));
      }
    }
    return model.card();
  }

  /** Returns the name of the card file beside a model. */
  public static String cardName(Path onnx) {
    String name = String.valueOf(onnx.getFileName());
    String stem = name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
    return stem + CARD_ENDING;
  }
}
