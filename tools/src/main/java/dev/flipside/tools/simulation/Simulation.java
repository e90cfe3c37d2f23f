package dev.flipside.tools.simulation;

import dev.flipside.models.FlipsideException;
import dev.flipside.tools.files.WholeFile;
import dev.flipside.tools.report.Example;
import dev.flipside.tools.report.RoundResult;
import dev.flipside.tools.report.RunReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The simulated campaign: every strategy with every seed, then one report. The run folder holds
 * {@code STRATEGY/seed-S/round-R/} with {@code model.onnx, scores.jsonl, selection.jsonl, labels/,
 * metrics.json}, and {@code results.csv} and {@code report.html} over all.
 */
public final class Simulation {
  private static final int EXAMPLES = 3;

  private final SimulationPlan plan;
  private final SimulationData data;
  private final Stages stages;

  /**
   * @param stages told what the run is at; borrowed
   */
  public Simulation(SimulationPlan plan, SimulationData data, Stages stages) {
    this.plan = plan;
    this.data = data;
    this.stages = stages;
  }

  /**
   * Runs every arm and writes the report. The report is written anew after every arm, so a run that
   * is stopped leaves what it reached.
   *
   * @param title heading of the report
   * @param command what repeats the run
   * @param facts what the run is made of, for the report
   * @param out the run folder
   * @return results of all arms
   * @throws FlipsideException if the folder cannot be written
   */
  public List<RoundResult> run(String title, String command, Map<String, String> facts, Path out) {
    List<RoundResult> results = new ArrayList<>();
    for (Strategy strategy : plan.strategies()) {
      for (long seed : plan.seeds()) {
        Path folder = out.resolve(strategy.toString()).resolve("seed-" + seed);
        results.addAll(new Arm(plan, data, strategy, seed, folder, stages).run());
        List<Example> examples =
            new Illustrator(plan, data).examples(folder, strategy.toString(), EXAMPLES);
        RunReport report = new RunReport(title, command, facts, data.classes(), results, examples);
        WholeFile.write(out.resolve("results.csv"), report.csv());
        WholeFile.write(out.resolve("report.html"), report.html());
      }
    }
    return results;
  }
}
