package dev.flipside.tools.command.options;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.registry.ModelEntry;
import dev.flipside.models.registry.ModelRegistry;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --registry}, and models that are named by their name or ID in the registry. */
@Section(Section.MODEL)
public final class RegistryOptions {
  /** Name of the active model. */
  public static final String ACTIVE = "active";

  /** Help text of {@code --registry}. */
  public static final String DESCRIPTION =
      "Folder of the model registry (default: $FLIPSIDE_REGISTRY, else flipside/models in"
          + " $XDG_DATA_HOME or ~/.local/share).";

  @Option(names = "--registry", paramLabel = "DIR", description = DESCRIPTION)
  private @Nullable Path folder;

  /** Returns the registry that is told, or that of the user. */
  public ModelRegistry registry() {
    return ModelRegistry.open(folder(folder), new OrtModelRunner());
  }

  /** Returns the folder that is told, or that of the user. */
  public static Path folder(@Nullable Path told) {
    return told == null ? folder(System.getenv(), Path.of(System.getProperty("user.home"))) : told;
  }

  static Path folder(Map<String, String> environment, Path home) {
    String registry = environment.getOrDefault("FLIPSIDE_REGISTRY", "");
    if (!registry.isEmpty()) {
      return Path.of(registry);
    }
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    Path base =
        data.isEmpty() || !Path.of(data).isAbsolute()
            ? home.resolve(".local/share")
            : Path.of(data);
    return base.resolve("flipside").resolve("models");
  }

  /**
   * Opens a model: a file, the name or ID of a model in the registry, the first six or more digits
   * of the ID, or {@value #ACTIVE} for the active one.
   *
   * @throws FlipsideException if there is no such file or model, or it is refused
   */
  public LoadedModel open(String model, CardOptions told) {
    return open(model, registry(), told);
  }

  /** The same for a given registry; see {@link #open(String, CardOptions)}. */
  public static LoadedModel open(String model, ModelRegistry registry, CardOptions told) {
    Optional<ModelEntry> entry = find(model, registry);
    Path card = told.card();
    if (entry.isPresent()) {
      Path file = entry.get().file();
      return ModelSource.open(
          file, card == null ? file.resolveSibling("card.json") : card, told.overrides());
    }
    return ModelSource.open(Path.of(model), card, told.overrides(), new OrtModelRunner());
  }

  /** Returns the file of a model; see {@link #open(String, CardOptions)}. */
  public Path file(String model) {
    return find(model, registry()).map(ModelEntry::file).orElseGet(() -> Path.of(model));
  }

  private static Optional<ModelEntry> find(String model, ModelRegistry registry) {
    if (isFile(model)) {
      return Optional.empty();
    }
    boolean active = model.equals(ACTIVE);
    Optional<ModelEntry> entry = active ? registry.active() : registry.find(model);
    if (entry.isEmpty() && (active || ModelRegistry.isId(model))) {
      throw new FlipsideException(
          "model "
              + model
              + ": no such file, and "
              + (active
                  ? "no model of the registry is active"
                  : "no model of the registry has this ID")
              + "; flipside models list shows them");
    }
    return entry;
  }

  private static boolean isFile(String model) {
    try {
      return Files.isRegularFile(Path.of(model));
    } catch (InvalidPathException e) {
      throw new FlipsideException("model \"" + model + "\": not a file name", e);
    }
  }
}
