package dev.flipside.tools.command;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flipside inspect}. */
@Command(
    name = "inspect",
    description = "Say what a segmentation model is: its card, and what had to be assumed.",
    footer = {"", "Example:", "  flipside inspect model.onnx"})
public final class InspectCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "M.onnx", description = "The model.")
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @Override
  public Integer call() {
    LoadedModel loaded = ModelSource.open(model, null, CardOverrides.NONE);
    common.out().println(model + ": " + loaded.file().size() + " bytes, " + loaded.file().digest());
    loaded.assumptions().forEach(each -> common.out().println("assumed: " + each));
    common.out().println(loaded.card().toJson());
    return 0;
  }
}
