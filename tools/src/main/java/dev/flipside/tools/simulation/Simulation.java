package dev.flipside.tools.simulation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.report.ReportWriter;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The simulated campaign: every strategy with every seed, and a report that is written anew after
 * each budget mark. Seed after seed, so that a run that is stopped has compared all strategies for
 * some of them.
 */
public final class Simulation {
  private final SimulationPlan plan;
  private final SimulationData data;
  private final ProgressReporter stages;
  private final Clock clock;

  /**
   * @param stages told what the run is at; borrowed
   * @param clock tells when the run was begun
   */
  public Simulation(
      SimulationPlan plan, SimulationData data, ProgressReporter stages, Clock clock) {
    this.plan = plan;
    this.data = data;
    this.stages = stages;
    this.clock = clock;
  }

  /**
   * What a run needs besides its plan.
   *
   * @param title heading of the report
   * @param command what repeats the run
   * @param out the run folder
   * @param resume whether to go on with what the folder holds
   * @param photographs whether pictures may show images and labels of the data set themselves
   */
  public record Order(
      String title, String command, Path out, boolean resume, boolean photographs) {}

  /**
   * Runs every arm, or what is left of it.
   *
   * @throws FlipsideException if the folder cannot be used, or an image cannot be read
   */
  public void run(Order order) {
    String digest = data.digest();
    Map<String, String> facts = facts(digest);
    try (SimulationFolder folder = SimulationFolder.open(order.out(), facts, order.resume())) {
      folder.describe(
          new RunInfo(order.title(), order.command(), facts, plan, data, clock.instant()));
      SimulationData sized =
          stages.run(
              "Resizing",
              "images",
              progress -> data.resizedInto(folder.resized(), plan.size(), progress));
      Oracle oracle = new Oracle(sized, plan.labelling(), plan.size());
      Experiment experiment =
          new Experiment(plan, sized, digest, oracle, stages, order.photographs());
      Set<Strategy> checked = new HashSet<>();
      for (long seed : plan.seeds()) {
        for (Strategy strategy : plan.strategies()) {
          Arm arm = new Arm(experiment, strategy, seed, folder.arm(strategy, seed));
          if (!arm.done() && checked.add(strategy)) {
            checkExport(strategy, oracle);
          }
          arm.run(() -> report(folder, order));
        }
      }
      report(folder, order);
    }
  }

  /** Finds weights that do not fit and an engine that computes wrong before hours are spent. */
  private void checkExport(Strategy strategy, Oracle oracle) {
    TrainingPlan training = plan.finalStage().toBuilder().losses(strategy.inTheEnd()).build();
    try (SegmentationTraining untrained = SegmentationTraining.start(training, data.classes())) {
      plan.pretraining()
          .backbone()
          .ifPresent(file -> PretrainedWeights.loadBackbone(file, untrained.network()));
      untrained.checkExport(oracle.sample());
    }
  }

  private void report(SimulationFolder folder, Order order) {
    if (folder.collect(plan)) {
      ReportWriter.write(order.out());
    }
  }

  private Map<String, String> facts(String digest) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Pool", data.pool().size() + " images");
    facts.put("Validation", data.validation().size() + " images, fully labelled");
    facts.put("Test", data.test().size() + " images");
    facts.put("Classes", Integer.toString(data.classes().count()));
    facts.put("Data (names and sizes of the files)", digest);
    facts.putAll(plan.facts());
    return facts;
  }
}
