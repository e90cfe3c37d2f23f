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

/** {@code --model} and every flag that tells by hand what the model is. */
public final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx",
      description = "The segmentation model, ours or any exported one.")
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @Mixin private CardOptions told = new CardOptions();

  /** Opens the model and prints, once, what had to be assumed about it. */
  public LoadedModel open(PrintWriter err) {
    LoadedModel loaded = ModelSource.open(model, told.card(), told.overrides());
    loaded.assumptions().forEach(assumption -> err.println("assumed: " + assumption));
    err.flush();
    return loaded;
  }

  /** Opens a model that stands beside another one; it carries a card, or has that of the other. */
  public static LoadedModel openBeside(Path file, LoadedModel other) {
    OnnxModelFile read = OnnxModelFile.read(file);
    return read.card().isPresent()
        ? ModelSource.open(read, null, CardOverrides.NONE)
        : new LoadedModel(read, other.card(), List.of());
  }
}
