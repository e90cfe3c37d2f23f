package dev.flipside.tools.tracking;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.results.RoundResult;
import dev.flipside.tools.simulation.ProgressReporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes the measurements of a simulation on, one run per arm, besides another reporter. The step
 * of a number is the count of labelled regions.
 */
public final class TrackedArms implements ProgressReporter, AutoCloseable {
  private final ProgressReporter next;
  private final Tracking tracking;
  private final Path folder;
  private final Map<String, String> parameters;
  private final ClassMap classes;
  private String arm = "";
  private @Nullable TrackedRun run;

  /**
   * @param folder folder of the simulation
   * @param parameters settings of all arms by name
   */
  public TrackedArms(
      ProgressReporter next,
      Tracking tracking,
      Path folder,
      Map<String, String> parameters,
      ClassMap classes) {
    this.next = next;
    this.tracking = tracking;
    this.folder = folder;
    this.parameters = parameters;
    this.classes = classes;
  }

  @Override
  public <T> T run(String task, String unit, Function<Progress, T> work) {
    return next.run(task, unit, work);
  }

  @Override
  public void measured(RoundResult result) {
    String phase = result.phase() + "/";
    Map<String, Double> values = new TreeMap<>();
    values.put(phase + "miou", result.metrics().miou());
    values.put(phase + "pixel_accuracy", result.metrics().pixelAccuracy());
    for (int id = 0; id < classes.count(); id++) {
      values.put(phase + "iou/" + classes.classes().get(id).name(), result.metrics().iou().get(id));
    }
    if (result.phase() == RoundResult.Phase.FINAL) {
      values.put("labelled_fraction", result.labelledFraction());
      values.put("class_entropy_nats", result.classEntropy());
    }
    values.put(phase + "train_seconds", result.seconds().train());
    runOf(result).log(result.labelledRegions(), values);
    next.measured(result);
  }

  private TrackedRun runOf(RoundResult result) {
    String name = result.strategy() + "/seed-" + result.seed();
    if (run == null || !name.equals(arm)) {
      finished();
      Map<String, String> all = new TreeMap<>(parameters);
      all.put("strategy", result.strategy());
      all.put("seed", Long.toString(result.seed()));
      Path place = folder.toAbsolutePath().normalize();
      run = tracking.open(String.valueOf(place.getFileName()), name, place.resolve(name), all);
      arm = name;
    }
    return run;
  }

  /** Notes that the arm that was measured last is done. */
  public void finished() {
    if (run != null) {
      run.finished();
    }
    close();
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
      run = null;
    }
  }
}
