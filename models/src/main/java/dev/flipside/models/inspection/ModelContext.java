package dev.flipside.models.inspection;

import dev.flipside.models.probe.NetworkRunner;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about a model besides its graph.
 *
 * @param runner runs the model once, null to do without numbers
 * @param folder folder of the model, whose configuration files are read; null if there is none
 */
public record ModelContext(@Nullable NetworkRunner runner, @Nullable Path folder) {
  /** Neither numbers nor files. */
  public static final ModelContext NONE = new ModelContext(null, null);

  /** Returns the context of a model file. */
  public static ModelContext of(Path onnx, @Nullable NetworkRunner runner) {
    return new ModelContext(runner, onnx.toAbsolutePath().getParent());
  }
}
