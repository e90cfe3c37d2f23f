package dev.flipside.tools.simulation;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.WholeFile;
import dev.flipside.scorer.Progress;
import dev.flipside.tools.report.RoundResult;
import dev.flipside.tools.report.RunReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The simulated campaign: every strategy with every seed, and a report that is written anew after
 * each budget mark. Seed after seed, so that a run that is stopped has compared all strategies for
 * some of them.
 */
public final class Simulation {
  private final SimulationPlan plan;
  private final SimulationData data;
  private final Stages stages;
  private final Clock clock;
  private final List<RoundResult> measured = new ArrayList<>();

  /**
   * @param stages told what the run is at; borrowed
   * @param clock tells when the run was begun
   */
  public Simulation(SimulationPlan plan, SimulationData data, Stages stages, Clock clock) {
    this.plan = plan;
    this.data = data;
    this.stages =
        new Stages() {
          @Override
          public <T> T run(String task, String unit, Function<Progress, T> work) {
            return stages.run(task, unit, work);
          }

          @Override
          public void measured(RoundResult result) {
            measured.add(result);
            stages.measured(result);
          }
        };
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
    try (RunFolder folder = RunFolder.open(order.out(), facts, order.resume())) {
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
      for (long seed : plan.seeds()) {
        for (Strategy strategy : plan.strategies()) {
          new Arm(experiment, strategy, seed, folder.arm(strategy, seed))
              .run(() -> report(folder, order, facts));
        }
      }
      report(folder, order, facts);
    }
  }

  private void report(RunFolder folder, Order order, Map<String, String> facts) {
    folder.collect(plan);
    if (!measured.isEmpty()) {
      RunReport report =
          new RunReport(order.title(), order.command(), facts, data.classes(), measured, List.of());
      WholeFile.write(folder.file("report.html"), report.html());
    }
  }

  private Map<String, String> facts(String digest) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Pool", data.pool().size() + " images");
    facts.put("Test", data.test().size() + " images");
    facts.put("Classes", Integer.toString(data.classes().count()));
    facts.put("Data (names and sizes of the files)", digest);
    facts.putAll(plan.facts());
    return facts;
  }
}
