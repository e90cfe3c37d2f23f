package dev.flipside.tools.simulation.plan;

import dev.flipside.trainer.TrainingPlan;

/** How the network that selects is trained from one selection to the next. */
public sealed interface Protocol {
  /** The training before a selection; losses and seed are the arm's. */
  TrainingPlan training();

  /** Whether weights and optimiser state are those of the selection before. */
  boolean carriesOver();

  /**
   * Epochs of the training before a selection.
   *
   * @param before regions that were labelled at the training before; 0 for the first
   * @param now regions labelled, at least as many
   * @param budget regions labelled in the end
   */
  int epochs(long before, long now, long budget);

  /**
   * As in the reference implementation: weights and optimiser state are carried over, the plan's
   * epochs are trained in each step, and five times as many whenever another 30 % of the budget is
   * reached.
   */
  record Reference(TrainingPlan training) implements Protocol {
    private static final int MORE = 5;
    private static final double EVERY = 0.3;

    @Override
    public boolean carriesOver() {
      return true;
    }

    @Override
    public int epochs(long before, long now, long budget) {
      boolean another = reached(now, budget) > reached(before, budget);
      return another ? MORE * training.epochs() : training.epochs();
    }

    private static long reached(long labelled, long budget) {
      return (long) (labelled / (EVERY * budget) + 1e-9);
    }

    @Override
    public String toString() {
      return "reference: weights carried over, "
          + training.epochs()
          + " epochs a step, "
          + MORE * training.epochs()
          + " at each 30 % of the budget";
    }
  }

  /** From the seed's initial weights in each round. */
  record Retrain(TrainingPlan training) implements Protocol {
    @Override
    public boolean carriesOver() {
      return false;
    }

    @Override
    public int epochs(long before, long now, long budget) {
      return training.epochs();
    }

    @Override
    public String toString() {
      return "retrain: " + training.epochs() + " epochs from scratch in each round";
    }
  }
}
