package dev.flipside.tools.command.options;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model} and the options that describe the model. */
public final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx",
      description = "Segmentation model (ONNX).")
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @Mixin private CardOptions told = new CardOptions();

  /** Opens the model and prints the assumptions made about it, one line each. */
  public LoadedModel open(PrintWriter err) {
    LoadedModel loaded = ModelSource.open(model, told.card(), told.overrides());
    loaded.assumptions().forEach(err::println);
    err.flush();
    return loaded;
  }

  /**
   * Opens a second model. If the file contains no model card, the card of {@code other} is used.
   */
  public static LoadedModel openBeside(Path file, LoadedModel other) {
    OnnxModelFile read = OnnxModelFile.read(file);
    return read.card().isPresent()
        ? ModelSource.open(read, null, CardOverrides.NONE)
        : new LoadedModel(read, other.card(), List.of());
  }
}
