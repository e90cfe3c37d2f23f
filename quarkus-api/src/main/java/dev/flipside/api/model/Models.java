package dev.flipside.api.model;

import dev.flipside.api.access.AllowedFolders;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.registry.ModelEntry;
import dev.flipside.models.registry.ModelRegistry;
import dev.flipside.scorer.inference.OrtModelRunner;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Model registry of the service; reports errors as API problems. */
@Singleton
public final class Models {
  private static final String DIGEST = "sha256:";

  private final ModelRegistry registry;
  private final AllowedFolders allowed;

  @Inject
  Models(DataFolder data, AllowedFolders allowed) {
    this.registry = ModelRegistry.open(data.models(), new OrtModelRunner());
    this.allowed = allowed;
  }

  /** Returns all models. */
  public List<ModelEntry> list() {
    return registry.list();
  }

  /** Returns the active model, which new scorings use by default. */
  public Optional<ModelEntry> active() {
    return registry.active();
  }

  /**
   * Returns a registered model.
   *
   * @throws ApiProblem if there is no such model
   */
  public ModelEntry get(String id) {
    return registry
        .find(id)
        .orElseThrow(
            () ->
                ApiProblem.notFound(
                    "model", id, "GET /api/models lists all models, POST /api/models adds one."));
  }

  /**
   * Validates an uploaded file and adds it.
   *
   * @param name name to give it, null for none
   */
  ModelEntry upload(Path file, @Nullable String name) {
    try {
      if (name != null) {
        ModelRegistry.requireName(name);
      }
      ModelEntry entry = registry.add(file);
      return name == null ? entry : registry.name(name, entry.id());
    } catch (FlipsideException e) {
      // Clients do not know the path of the temporary file.
      throw ApiProblem.of(
          ProblemType.UNUSABLE, String.valueOf(e.getMessage()).replace(file.toString(), "model"));
    }
  }

  /**
   * Validates an uploaded file and adds it, if it has as many classes as a class map.
   *
   * @throws ApiProblem if the file is not a model, or has another number of classes
   */
  public ModelView uploadFor(Path file, ClassMap classes) {
    List<ModelEntry> before = list();
    ModelEntry entry = upload(file, null);
    try {
      requireClasses(entry, classes);
    } catch (ApiProblem e) {
      if (!before.contains(entry)) {
        registry.remove(entry.id());
      }
      throw e;
    }
    return ModelView.of(entry, active().map(ModelEntry::id).filter(entry.id()::equals).isPresent());
  }

  ModelEntry activate(String id) {
    get(id);
    return registry.activate(id);
  }

  ModelEntry rollback() {
    return registry.rollback();
  }

  void remove(String id) {
    get(id);
    registry.remove(id);
  }

  /**
   * Returns the model that a request names by id, its first digits or its name, or by the path of a
   * file below a root, which is then registered.
   *
   * @throws ApiProblem if there is no such model, or the path is not below a root
   */
  public ModelEntry named(String model) {
    Optional<ModelEntry> registered = registry.find(model);
    if (registered.isPresent() || model.startsWith(DIGEST) || ModelRegistry.isId(model)) {
      return registered.orElseGet(() -> get(model));
    }
    return registry.add(allowed.resolve("model", model));
  }

  /**
   * Returns the active model.
   *
   * @throws ApiProblem if no model is active
   */
  public ModelEntry requireActive() {
    return active()
        .orElseThrow(
            () ->
                ApiProblem.of(
                    ProblemType.CONFLICT,
                    "no model is named and none is active; name one with \"model\", or activate"
                        + " one with PUT /api/models/active"));
  }

  /**
   * Opens a registered model to score images with these classes, at the size of its training if its
   * card tells one.
   *
   * @throws ApiProblem if there is no such model or its number of classes differs
   */
  public LoadedModel openFor(String id, ClassMap classes) {
    ModelEntry entry = get(id);
    requireClasses(entry, classes);
    return registry.open(entry.id()).atTrainedSize();
  }

  /**
   * Checks that a model has as many classes as a class map.
   *
   * @throws ApiProblem if the numbers differ
   */
  public void requireClasses(ModelEntry entry, ClassMap classes) {
    int found = entry.card().classes().count();
    if (found != classes.count()) {
      throw ApiProblem.of(
          ProblemType.UNUSABLE,
          "model "
              + entry.id()
              + ": knows "
              + found
              + " classes, the campaign's class map names "
              + classes.count()
              + "; take a model or a class map with as many");
    }
  }
}
