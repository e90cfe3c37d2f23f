package dev.flipside.tools.tracking;

import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.trainer.EpochReport;
import dev.flipside.trainer.StepReport;
import dev.flipside.trainer.TrainingListener;
import java.util.Map;
import java.util.TreeMap;

/** Passes the epochs of a training on to a run, besides another listener. */
public final class TrackedTraining implements TrainingListener {
  private final TrainingListener next;
  private final TrackedRun run;
  private final Map<String, Double> validated = new TreeMap<>();

  /** Creates a listener; the caller closes the run. */
  public TrackedTraining(TrainingListener next, TrackedRun run) {
    this.next = next;
    this.run = run;
  }

  @Override
  public void stepped(StepReport report) {
    run.start();
    next.stepped(report);
  }

  @Override
  public void validated(int epoch, SegmentationMetrics metrics) {
    validated.put("validation/miou", metrics.miou());
    validated.put("validation/pixel_accuracy", metrics.pixelAccuracy());
    next.validated(epoch, metrics);
  }

  @Override
  public void epochEnded(EpochReport report) {
    Map<String, Double> values = new TreeMap<>(validated);
    values.put("loss/cross_entropy", report.loss().crossEntropy());
    values.put("loss/consistency", report.loss().consistency());
    values.put("loss/total", report.loss().total());
    values.put("learning_rate", report.learningRate());
    values.put("images_per_second", report.images() / report.seconds());
    validated.clear();
    run.log(report.epoch() + 1L, values);
    next.epochEnded(report);
  }
}
