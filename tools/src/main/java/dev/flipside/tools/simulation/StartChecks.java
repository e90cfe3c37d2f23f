package dev.flipside.tools.simulation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.selection.Budget;
import dev.flipside.tools.dataset.LabelSurvey;
import dev.flipside.tools.simulation.data.Oracle;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import java.util.List;
import java.util.SortedSet;

/** What would spoil a run is found before its first training. */
final class StartChecks {
  private static final int IDS = 256;

  private StartChecks() {}

  /**
   * Checks the budgets.
   *
   * @param images images of the pool
   * @throws FlipsideException if a budget or the share labelled at the start is no region, or two
   *     budgets are the same number of regions
   */
  static void budgets(SimulationPlan plan, int images) {
    int perImage = plan.grid().count();
    SortedSet<Long> regions = plan.budgets().regions(images, perImage);
    String pool = "of " + images + " images with " + perImage + " regions";
    if (regions.size() < plan.budgets().marks().size()) {
      throw new FlipsideException(
          "budgets "
              + plan.budgets().marks()
              + ": "
              + pool
              + " these are only "
              + regions.size()
              + " different numbers of regions, "
              + regions
              + "; leave out one of each that are equal");
    }
    double initial = plan.labelling().initial();
    if (initial > 0 && Budget.regions(images, perImage, initial) == 0) {
      throw new FlipsideException(
          "an initial share of "
              + initial
              + " is no region "
              + pool
              + "; raise it, or set it to 0");
    }
  }

  /**
   * Checks that there is enough to label.
   *
   * @param images images of the pool
   * @throws FlipsideException if the pool has fewer regions to label than the last budget
   */
  static void available(SimulationPlan plan, int images, Oracle oracle) {
    long last = plan.budgets().regions(images, oracle.grid().count()).last();
    boolean selects = !plan.strategies().stream().allMatch(Strategy::supervised);
    if (selects && last > oracle.available()) {
      throw new FlipsideException(
          "a budget of "
              + last
              + " regions: only "
              + oracle.available()
              + " of the pool are not mostly void; lower it, or let void be labelled too");
    }
  }

  /**
   * Checks the labels of the pool as a model will see them. A class that never occurs is a warning,
   * not an error: a part of a data set may lack a class that its class map has, and mIoU does not
   * count a class that neither labels nor predictions have.
   *
   * @return what is worth a warning, one sentence each
   * @throws FlipsideException if nothing could be learnt from the labels
   */
  static List<String> labels(Experiment experiment) {
    SimulationData data = experiment.data();
    LabelSurvey survey = new LabelSurvey(data.classes(), false);
    int images = data.pool().size();
    experiment
        .stages()
        .run(
            "Checking",
            "labels",
            progress -> {
              int done = 0;
              for (LabelledImage each : data.pool()) {
                long[] pixels = new long[IDS];
                for (byte id : data.truth(each, experiment.plan().size()).ids()) {
                  pixels[id & 0xFF]++;
                }
                survey.add(pixels);
                progress.advance(++done, images, "");
              }
              return done;
            });
    survey
        .problem()
        .ifPresent(
            problem -> {
              throw new FlipsideException(data.root() + ": labels of the pool: " + problem);
            });
    return survey.notes().stream()
        .map(note -> data.root() + ": labels of the pool: " + note)
        .toList();
  }
}
