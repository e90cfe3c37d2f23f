package dev.flipside.tools.simulation;

import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.tools.dataset.CamVid;
import dev.flipside.tools.results.ArmDescription;
import dev.flipside.tools.results.RunDescription;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.Pretraining;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.engine.Versions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the report tells about a run besides its results.
 *
 * @param title heading of the report
 * @param command what repeats the run
 * @param facts settings by name, in order of appearance
 * @param plan what is run
 * @param data what it is run with
 * @param started when it was begun
 */
record RunInfo(
    String title,
    String command,
    Map<String, String> facts,
    SimulationPlan plan,
    SimulationData data,
    Instant started) {
  /**
   * The description of a run.
   *
   * @param begun when it was begun
   * @param convolutions the backends it ran with
   */
  RunDescription description(String begun, String convolutions) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("flipside", Versions.flipside());
    versions.put("java", Runtime.version().toString());
    versions.put("onnxruntime", ExecutionProviders.runtimeVersion());
    versions.put("libtorch", Torch.engine().getVersion());
    versions.put("convolutions", convolutions);
    versions.put("machine", machine());
    versions.put("started", begun);
    return new RunDescription(
        title,
        command,
        CamVid.holds(data.byId().keySet()) ? "camvid" : "",
        versions,
        facts,
        data.classes().classes(),
        plan.strategies().stream().map(Strategy::toString).toList(),
        plan.seeds(),
        plan.budgets().marks(),
        plan.strategies().stream().map(this::arm).toList());
  }

  private ArmDescription arm(Strategy strategy) {
    boolean trains =
        !strategy.supervised() && plan.scoring(strategy, 0).acquisition().head().isPresent();
    return new ArmDescription(
        strategy.toString(),
        strategy.supervised() ? "none: all regions are labelled" : strategy.acquisition(),
        trains ? plan.selecting(strategy, 0).losses().describe() : "no network",
        trains ? Pretraining.describe(plan.pretraining().selecting()) : "",
        plan.finalStage(strategy, 0).losses().describe(),
        Pretraining.describe(plan.pretraining().backbone()));
  }

  private static String machine() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors";
  }
}
