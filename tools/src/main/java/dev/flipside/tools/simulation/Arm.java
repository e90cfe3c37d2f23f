package dev.flipside.tools.simulation;

import dev.flipside.models.domain.RegionId;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.tools.simulation.Selector.Selection;
import dev.flipside.tools.simulation.data.LabelledRegions;
import dev.flipside.tools.simulation.data.Oracle;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.data.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One strategy with one seed: train on what is labelled, measure at the budget marks, score the
 * pool, select, have the ground truth label the selection, again. Goes on from the last round that
 * its folder holds, to the same selections as without a stop.
 */
final class Arm {
  private final Experiment experiment;
  private final SimulationPlan plan;
  private final Strategy strategy;
  private final long seed;
  private final ArmFolder files;
  private final FigureWriter illustrator;
  private final Selector selector;
  private final SortedSet<Long> marks;
  private final List<SelectedRegion> known;

  /**
   * @param folder what it does is kept here
   * @param known the regions that an arm has selected which selects the same; empty if there is
   *     none
   */
  Arm(
      Experiment experiment,
      Strategy strategy,
      long seed,
      Path folder,
      List<SelectedRegion> known) {
    this.experiment = experiment;
    this.known = known;
    this.plan = experiment.plan();
    this.strategy = strategy;
    this.seed = seed;
    this.files = ArmFolder.open(folder);
    this.illustrator = new FigureWriter(experiment, strategy, seed, files);
    this.selector = new Selector(experiment, strategy, seed, files);
    Oracle oracle = experiment.oracle();
    this.marks =
        strategy.supervised()
            ? new TreeSet<>(List.of(oracle.total()))
            : plan.budgets().regions(experiment.data().pool().size(), oracle.grid().count());
  }

  /** Whether nothing is left to do. */
  boolean done() {
    return files.done();
  }

  /**
   * Does what is left to do.
   *
   * @param measured told after each budget mark
   */
  void run(Runnable measured) {
    if (files.done()) {
      return;
    }
    LabelledRegions labelled = labelledSoFar();
    try (Learner learner = learner()) {
      for (int round = files.round(); !files.done(); round++) {
        boolean mark = marks.contains(labelled.count());
        round(round, mark, labelled, learner);
        if (mark) {
          measured.run();
        }
      }
    }
  }

  private LabelledRegions labelledSoFar() {
    LabelledRegions labelled = new LabelledRegions();
    if (strategy.supervised()) {
      labelled.addAll(experiment.oracle().all());
      return labelled;
    }
    if (files.round() == 0) {
      List<SelectedRegion> initial = new ArrayList<>();
      for (RegionId id : experiment.oracle().initial(seed)) {
        initial.add(
            new SelectedRegion(initial.size() + 1, id, plan.grid().region(id.row(), id.col()), 0f));
      }
      files.select(0, initial);
    }
    labelled.addAll(files.selected());
    return labelled;
  }

  /** The network that selects, as far as it is trained; null where none is needed to select. */
  private @Nullable Learner learner() {
    if (!selector.needsNetwork() || !known.isEmpty()) {
      return null;
    }
    Learner learner =
        new Learner(
            plan.selecting(strategy, seed),
            experiment.data().classes(),
            plan.pretraining().selecting(),
            experiment.stages());
    if (plan.protocol().carriesOver() && files.trainedOn() > 0) {
      learner.resume(files.weights(files.round() - 1), experiment.dataDigest());
    }
    return learner;
  }

  private void round(int round, boolean mark, LabelledRegions labelled, @Nullable Learner learner) {
    LapTimer watch = new LapTimer();
    Cost spent = files.spent();
    LoadedModel model = null;
    if (learner != null && !(mark && plan.selectsWithFinal(strategy))) {
      model = train(round, labelled, learner);
      spent = spent.training(watch.lap());
    }
    if (mark) {
      LoadedModel measured =
          new FinalStage(experiment, strategy, seed, files).run(round, labelled, model, spent);
      illustrator.pictures(measured, labelled);
      model = model == null ? measured : model;
      spent = Cost.NOTHING;
      watch.lap();
    }
    long trainedOn = labelled.count();
    int k = plan.budgets().next(labelled.count(), marks);
    if (k > 0) {
      Selection selection =
          known.isEmpty() ? selector.select(round, k, model, labelled) : again(labelled.count(), k);
      files.select(round + 1, selection.regions());
      labelled.addAll(selection.regions().stream().map(SelectedRegion::id).toList());
      spent = spent.scoring(watch.lap(), selection.scoredImages());
      if (learner != null) {
        illustrator.atlas(
            round + 1, Objects.requireNonNull(model), selection.regions().get(0), marks);
      }
    }
    files.commit(round + 1, trainedOn, spent, k == 0);
  }

  /** Takes the next regions of the arm that selected the same. */
  private Selection again(long labelled, int k) {
    int from = Math.toIntExact(labelled);
    return new Selection(known.subList(from, from + k), 0);
  }

  /** Trains what selects, where there are labels it has not seen. */
  private LoadedModel train(int round, LabelledRegions labelled, Learner learner) {
    TrainingData sample = experiment.oracle().sample();
    if (labelled.count() > 0) {
      sample = experiment.oracle().visible(labelled);
      if (!plan.protocol().carriesOver()) {
        learner.restart();
      }
      int epochs = plan.protocol().epochs(files.trainedOn(), labelled.count(), marks.last());
      learner.train(sample, epochs, name(round, "training"));
    }
    if (plan.protocol().carriesOver()) {
      learner.checkpoint(files.weights(round), experiment.dataDigest());
    }
    return learner.export(files.file("model.onnx"), experiment.dataDigest(), sample);
  }

  private String name(int round, String stage) {
    return strategy + " seed " + seed + " round " + round + ": " + stage;
  }
}
