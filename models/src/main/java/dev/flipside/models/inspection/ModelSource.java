package dev.flipside.models.inspection;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.TextFile;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.probe.ModelRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens models trained with Flipside or exported by other programs. */
public final class ModelSource {
  private static final long LARGEST_CARD = 1 << 20;

  private ModelSource() {}

  /**
   * Reads a model and determines its card. Precedence: user overrides, card file, embedded card,
   * graph analysis.
   *
   * @param onnx the model file
   * @param cardFile card file, null if none
   * @param overrides card fields specified by the user
   * @throws FlipsideException if the model cannot be read or is refused, or a field must be
   *     specified by the user; the message names the field
   */
  public static LoadedModel open(Path onnx, @Nullable Path cardFile, CardOverrides overrides) {
    return open(OnnxModelFile.read(onnx), cardFile, overrides);
  }

  /**
   * Reads a model, runs it once and determines its card from its graph, its numbers, and the files
   * beside it; see {@link #open(Path, Path, CardOverrides)}.
   *
   * @param runner runs the model
   */
  public static LoadedModel open(
      Path onnx, @Nullable Path cardFile, CardOverrides overrides, ModelRunner runner) {
    OnnxModelFile file = OnnxModelFile.read(onnx);
    return open(file, cardFile, overrides, InspectionContext.of(onnx, runner));
  }

  /**
   * Determines the card of a model already in memory; see {@link #open(Path, Path, CardOverrides)}.
   */
  public static LoadedModel open(
      OnnxModelFile file, @Nullable Path cardFile, CardOverrides overrides) {
    return open(file, cardFile, overrides, InspectionContext.NONE);
  }

  /**
   * Determines the card of a model already in memory.
   *
   * @param context what can be asked about the model besides its graph
   */
  public static LoadedModel open(
      OnnxModelFile file,
      @Nullable Path cardFile,
      CardOverrides overrides,
      InspectionContext context) {
    ModelCard told = cardFile == null ? context.card(file).orElse(null) : readCard(cardFile);
    CardInference inference = CardInference.of(file, told, overrides, context);
    return new LoadedModel(file, inference.card(), inference.findings());
  }

  /**
   * Reads a card from a file.
   *
   * @throws FlipsideException if the file does not exist or is not a valid card
   */
  public static ModelCard readCard(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST_CARD) {
        throw new FlipsideException(
            file + ": " + size + " bytes, expected a model card of at most " + LARGEST_CARD);
      }
      return ModelCard.fromJson(TextFile.read(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new FlipsideException(file + ": no such card file", e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot read the card: " + e.getMessage(), e);
    }
  }
}
