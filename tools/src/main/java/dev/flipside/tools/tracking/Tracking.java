package dev.flipside.tools.tracking;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where runs are tracked.
 *
 * @param tensorboard folder of TensorBoard event files, empty for none
 * @param mlflow address of an MLflow tracking server, empty for none
 * @param clock clock for the time of each number
 */
public record Tracking(Optional<Path> tensorboard, Optional<URI> mlflow, Clock clock) {
  /**
   * Opens a run.
   *
   * @param experiment name of the group that the run belongs to
   * @param name name of the run, with {@code /} between folders; empty for a single run
   * @param folder folder of the run
   * @param parameters settings by name
   */
  public TrackedRun open(
      String experiment, String name, Path folder, Map<String, String> parameters) {
    Map<String, Tracker> trackers = new LinkedHashMap<>();
    tensorboard.ifPresent(
        root -> trackers.put("TensorBoard", new EventFile(root.resolve(name), clock)));
    mlflow.ifPresent(
        server ->
            trackers.put(
                "MLflow (" + server + ")",
                new MlflowRun(
                    server, experiment, name.isEmpty() ? experiment : name, folder, clock)));
    return new TrackedRun(trackers, parameters, clock);
  }
}
