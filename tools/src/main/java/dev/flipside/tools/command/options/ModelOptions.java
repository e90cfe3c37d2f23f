package dev.flipside.tools.command.options;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.tools.command.help.Section;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model} and the options that describe the model. */
@Section(Section.MODEL)
public final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx|NAME|ID",
      description =
          "Segmentation model: an ONNX file, or in the registry a name, an ID, the first six or"
              + " more digits of an ID, or active.")
  @SuppressWarnings("NullAway.Init")
  private String model;

  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Mixin private CardOptions told = new CardOptions();

  /** Opens the model and prints the assumptions made about it, one line each. */
  public LoadedModel open(PrintWriter err) {
    LoadedModel loaded = registry.open(model, told);
    loaded.assumptions().forEach(err::println);
    err.flush();
    return loaded;
  }

  /** Returns the file of another model, given as a file or by its ID. */
  public Path file(String other) {
    return registry.file(other);
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
