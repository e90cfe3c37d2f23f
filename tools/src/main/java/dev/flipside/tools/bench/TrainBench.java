package dev.flipside.tools.bench;

import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.StepReport;
import dev.flipside.trainer.TrainingListener;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.data.TrainingData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measures training steps in this process: decoding, both views, backward, update. */
public final class TrainBench {
  private static final int SPAN = 100;

  private final TrainingPlan plan;
  private final TrainingData data;
  private final int steps;
  private final List<Double> residentMib = new ArrayList<>();

  /**
   * A bench for a plan.
   *
   * @param images are repeated where there are fewer than the steps need
   * @param steps steps to measure, at least 1
   */
  public TrainBench(
      TrainingPlan plan, List<LabelledImage> images, LabelEncoding encoding, int steps) {
    this.plan = plan;
    this.steps = steps;
    List<LabelledImage> needed = new ArrayList<>();
    for (int i = 0; i < plan.batch() * (steps + 1); i++) {
      needed.add(images.get(i % images.size()));
    }
    this.data = TrainingData.of(needed, encoding);
  }

  /** Trains a new network for one step to warm up and the steps to measure. */
  public StepCost run() {
    residentMib.clear();
    ProcessClock clock = new ProcessClock();
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      training.train(
          data,
          1,
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              if (report.stepInEpoch() == 0) {
                clock.start();
              } else {
                residentMib.add(ProcessMemory.residentMib());
              }
            }
          });
      return new StepCost(
          "flipside " + plan.facts().get("network") + " " + plan.size() + " batch " + plan.batch(),
          steps,
          clock.cpuSeconds() / steps,
          clock.seconds() / steps,
          ProcessMemory.peakMib());
    }
  }

  /**
   * Mean memory over the last 100 steps of the last run against the first 100: 1 where it does not
   * grow. NaN for runs of fewer than 200 steps.
   */
  public double memoryGrowth() {
    if (residentMib.size() < 2 * SPAN) {
      return Double.NaN;
    }
    List<Double> late = residentMib.subList(residentMib.size() - SPAN, residentMib.size());
    return mean(late) / mean(residentMib.subList(0, SPAN));
  }

  /** Memory after each step of the last run, MiB. */
  public List<Double> residentMib() {
    return Collections.unmodifiableList(residentMib);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
