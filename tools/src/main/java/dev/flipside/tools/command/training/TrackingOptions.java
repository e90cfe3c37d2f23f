package dev.flipside.tools.command.training;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.tracking.Tracking;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that tell other tools how a run goes. */
public final class TrackingOptions {
  @Option(
      names = "--tensorboard",
      description = "Write TensorBoard event files to the folder tensorboard in --out.")
  private boolean tensorboard;

  @Option(
      names = "--mlflow",
      paramLabel = "URL",
      description =
          "Report to an MLflow tracking server, for example http://localhost:5000. If the server"
              + " does not respond, a warning is printed.")
  private @Nullable URI mlflow;

  /**
   * Returns where the run is tracked.
   *
   * @param out folder of the run
   */
  public Tracking tracking(Path out, CommonOptions common, Clock clock) {
    if (mlflow != null) {
      common.require(
          String.valueOf(mlflow.getScheme()).matches("https?") && mlflow.getHost() != null,
          "--mlflow",
          mlflow,
          "an http or https URL");
    }
    return new Tracking(
        tensorboard ? Optional.of(out.resolve("tensorboard")) : Optional.empty(),
        Optional.ofNullable(mlflow),
        clock);
  }
}
