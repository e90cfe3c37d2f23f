package dev.flipside.tools.simulation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.tools.report.ReportWriter;
import dev.flipside.tools.simulation.data.Oracle;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulated campaign: every strategy with every seed, and a report that is written anew after
 * each budget mark. Seed after seed, so that a run that is stopped has compared all strategies for
 * some of them.
 */
public final class Simulation {
  private static final Logger LOG = LoggerFactory.getLogger(Simulation.class);

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
   * @param preset name and values of the preset, empty without one
   * @param out the run folder
   * @param resume whether to go on with what the folder holds
   * @param photographs whether pictures may show images and labels of the data set themselves
   */
  public record Order(
      String title, String command, String preset, Path out, boolean resume, boolean photographs) {}

  /**
   * Runs every arm, or what is left of it, one after the other.
   *
   * @throws FlipsideException if the folder cannot be used, or an image cannot be read
   */
  public void run(Order order) {
    String digest = data.digest();
    try (SimulationFolder folder = begin(order, digest)) {
      Experiment experiment = experiment(folder, order, digest);
      StartChecks.labels(experiment).forEach(LOG::warn);
      Set<Strategy> checked = new HashSet<>();
      for (ArmProcesses.Task task : tasks(folder)) {
        Arm arm = arm(experiment, folder, task);
        if (!arm.done() && checked.add(task.strategy())) {
          checkStart(task.strategy(), experiment.oracle());
        }
        arm.run(() -> report(folder, order));
      }
      report(folder, order);
    }
  }

  /**
   * Runs every arm, or what is left of it, in processes of their own.
   *
   * @throws FlipsideException as {@link #run}, or if a process fails
   */
  public void runInProcesses(Order order, ArmProcesses processes) {
    String digest = data.digest();
    try (SimulationFolder folder = begin(order, digest)) {
      Experiment experiment = experiment(folder, order, digest);
      StartChecks.labels(experiment).forEach(LOG::warn);
      Oracle oracle = experiment.oracle();
      plan.strategies().forEach(strategy -> checkStart(strategy, oracle));
      Map<List<Object>, List<ArmProcesses.Task>> chains = new LinkedHashMap<>();
      for (ArmProcesses.Task task : tasks(folder)) {
        // Arms that select the same follow each other, so that only the first trains to select.
        Strategy first =
            plan.strategies().stream()
                .filter(each -> plan.selectAlike(each, task.strategy()))
                .findFirst()
                .orElse(task.strategy());
        chains.computeIfAbsent(List.of(task.seed(), first), key -> new ArrayList<>()).add(task);
      }
      processes.run(List.copyOf(chains.values()), () -> report(folder, order));
      report(folder, order);
    }
  }

  /**
   * Runs one arm in the folder of a process that runs {@link #runInProcesses}.
   *
   * @throws FlipsideException as {@link #run}
   */
  public void runArm(Order order, Strategy strategy, long seed) {
    String digest = data.digest();
    try (SimulationFolder folder = SimulationFolder.join(order.out(), facts(digest))) {
      Experiment experiment = experiment(folder, order, digest);
      arm(experiment, folder, new ArmProcesses.Task(strategy, seed, folder.arm(strategy, seed)))
          .run(() -> {});
    }
  }

  private SimulationFolder begin(Order order, String digest) {
    StartChecks.budgets(plan, data.pool().size());
    Map<String, String> facts = facts(digest);
    SimulationFolder folder = SimulationFolder.open(order.out(), facts, order.resume());
    Map<String, String> described = new LinkedHashMap<>();
    if (!order.preset().isEmpty()) {
      described.put("Preset", order.preset());
    }
    described.putAll(facts);
    folder.describe(
        new RunInfo(order.title(), order.command(), described, plan, data, clock.instant()));
    return folder;
  }

  private Experiment experiment(SimulationFolder folder, Order order, String digest) {
    SimulationData sized =
        stages.run(
            "Resizing",
            "images",
            progress -> data.resizedInto(folder.resized(), plan.size(), progress));
    Oracle oracle = new Oracle(sized, plan.labelling(), plan.size());
    StartChecks.available(plan, sized.pool().size(), oracle);
    return new Experiment(plan, sized, digest, oracle, stages, order.photographs());
  }

  /** Seed after seed, so that a run that is stopped has compared all strategies for some. */
  private List<ArmProcesses.Task> tasks(SimulationFolder folder) {
    List<ArmProcesses.Task> tasks = new ArrayList<>();
    for (long seed : plan.seeds()) {
      for (Strategy strategy : plan.strategies()) {
        tasks.add(new ArmProcesses.Task(strategy, seed, folder.arm(strategy, seed)));
      }
    }
    return tasks;
  }

  private Arm arm(Experiment experiment, SimulationFolder folder, ArmProcesses.Task task) {
    List<SelectedRegion> known =
        plan.strategies().stream()
            .takeWhile(each -> each != task.strategy())
            .filter(each -> plan.selectAlike(each, task.strategy()))
            .flatMap(each -> ArmFolder.finishedSelection(folder.arm(each, task.seed())).stream())
            .findFirst()
            .orElse(List.of());
    return new Arm(experiment, task.strategy(), task.seed(), task.folder(), known);
  }

  /** Finds weights that do not fit and an engine that computes wrong before hours are spent. */
  private void checkStart(Strategy strategy, Oracle oracle) {
    TrainingPlan training = plan.finalStage(strategy, 0);
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
