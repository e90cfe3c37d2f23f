package dev.flipside.tools.command.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.InspectionContext;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.registry.ModelEntry;
import dev.flipside.models.registry.ModelRegistry;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.tools.command.options.CardOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.RegistryOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code flipside models}: manages a registry of models. */
@Command(
    name = "models",
    description = "Manage the model registry and the active model.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = QuantizeCommand.class,
    footer = {
      "",
      "Examples:",
      "  flipside models add model.onnx --classes camvid --name streets",
      "  flipside models list",
      "  flipside models activate streets",
      "  flipside models rollback",
      "  flipside models quantize model.onnx --pool images --out model-int8.onnx"
    })
public final class ModelsCommand implements Runnable {
  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads its --help
  private CommonOptions common = new CommonOptions();

  @Option(
      names = "--registry",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = RegistryOptions.DESCRIPTION)
  private @Nullable Path folder;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  @Command(
      name = "add",
      description = "Check a model, complete its model card and add it to the registry.")
  void add(
      @Mixin CommonOptions options,
      @Mixin CardOptions told,
      @Parameters(
              paramLabel = "M.onnx|DIR|URL",
              description =
                  "ONNX model, a folder with a model and its configuration, or an https URL.")
          String model,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description =
                  "Name that commands and the service accept in place of the ID. If another model"
                      + " has this name, it loses it.")
          @Nullable String name,
      @Mixin SummaryOptions printed) {
    if (name != null) {
      ModelRegistry.requireName(name);
    }
    try (ModelArgument argument = ModelArgument.of(model)) {
      ModelEntry entry = registry().add(argument.file(), told.card(), told.overrides(), model);
      if (name != null) {
        registry().name(name, entry.id());
      }
      printed.print(
          options, new Summary().line(entry.id()).with("model", values(find(entry.id()))));
    }
  }

  @Command(
      name = "export-card",
      description = "Write the model card to a file beside the model, which is then used.")
  void exportCard(
      @Mixin CommonOptions options,
      @Mixin CardOptions told,
      @Parameters(
              paramLabel = "M.onnx|DIR",
              description = "ONNX model, or a folder that contains one.")
          String model,
      @Mixin SummaryOptions printed)
      throws IOException {
    try (ModelArgument argument = ModelArgument.of(model)) {
      Path onnx = argument.file();
      ModelCard card =
          ModelSource.open(onnx, told.card(), told.overrides(), new OrtModelRunner()).card();
      Path target = onnx.resolveSibling(InspectionContext.cardName(onnx));
      AtomicFile.write(target, card.toJson());
      String file = target.toString();
      printed.print(options, new Summary().line(file).with("card", file));
    }
  }

  @Command(name = "list", description = "List all models, newest first; * marks the active one.")
  void list(@Mixin CommonOptions options, @Mixin SummaryOptions printed) {
    Optional<String> active = registry().activeId();
    List<ModelEntry> models = registry().list();
    Summary summary =
        new Summary()
            .with("registry", RegistryOptions.folder(folder).toString())
            .with("active", active.orElse(null))
            .with("models", models.stream().map(ModelsCommand::values).toList());
    for (ModelEntry each : models) {
      summary.line(
          (active.filter(each.id()::equals).isPresent() ? "* " : "  ")
              + each.id()
              + "  "
              + each.added()
              + "  "
              + each.card().classes().count()
              + " classes  "
              + each.bytes()
              + " bytes"
              + (each.names().isEmpty() ? "" : "  " + String.join(", ", each.names())));
    }
    printed.print(options, summary);
  }

  @Command(name = "show", description = "Show the model card of a model.")
  void show(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "ID") String id,
      @Mixin SummaryOptions printed)
      throws IOException {
    ModelEntry entry = find(id);
    String card = entry.card().toJson();
    printed.print(
        options,
        new Summary()
            .line(entry.id() + "  " + entry.file())
            .line(card)
            .with("model", values(entry))
            .with("card", new ObjectMapper().readTree(card)));
  }

  @Command(name = "activate", description = "Make a model the active one (atomically).")
  void activate(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "ID") String id,
      @Mixin SummaryOptions printed) {
    printActive(options, registry().activate(id), printed);
  }

  @Command(
      name = "rollback",
      description = "Make the previously active model the active one again.")
  void rollback(@Mixin CommonOptions options, @Mixin SummaryOptions printed) {
    printActive(options, registry().rollback(), printed);
  }

  @Command(name = "remove", description = "Delete a model that is not active.")
  void remove(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "ID") String id,
      @Mixin SummaryOptions printed) {
    String removed = find(id).id();
    registry().remove(removed);
    printed.print(options, new Summary().line("removed " + removed).with("removed", removed));
  }

  private static void printActive(CommonOptions options, ModelEntry model, SummaryOptions printed) {
    printed.print(
        options, new Summary().line("active: " + model.id()).with("active", values(model)));
  }

  private static Map<String, Object> values(ModelEntry model) {
    return Map.of(
        "id", model.id(),
        "names", model.names(),
        "file", model.file().toString(),
        "added", model.added().toString(),
        "classes", model.card().classes().count(),
        "bytes", model.bytes());
  }

  private ModelEntry find(String id) {
    return registry()
        .find(id)
        .orElseThrow(
            () ->
                new FlipsideException(
                    "model "
                        + id
                        + " not found in the registry "
                        + RegistryOptions.folder(folder)));
  }

  ModelRegistry registry() {
    return ModelRegistry.open(RegistryOptions.folder(folder), new OrtModelRunner());
  }
}
