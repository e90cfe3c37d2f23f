package dev.flipside.tools.simulation.plan;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.selection.Budget;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How much is labelled, and in what portions.
 *
 * @param marks shares of the pool's regions at which a final network is trained and measured,
 *     ascending, above 0 to 1; the last one ends the campaign
 * @param step regions labelled between two trainings, at least 1; fewer where a mark comes first
 */
public record Budgets(List<Double> marks, int step) {
  /**
   * @throws IllegalArgumentException if there is no mark, a mark is out of its range or order, or
   *     the step is below 1
   */
  public Budgets {
    marks = List.copyOf(marks);
    double before = 0;
    for (double mark : marks) {
      if (!(mark > before && mark <= 1)) {
        throw new IllegalArgumentException(
            "budgets " + marks + ": expected ascending shares above 0 and up to 1");
      }
      before = mark;
    }
    if (marks.isEmpty() || step < 1) {
      throw new IllegalArgumentException(
          "budgets "
              + marks
              + " in steps of "
              + step
              + ": expected a budget and steps of 1 or more");
    }
  }

  /**
   * The marks as numbers of regions, {@code floor(images * regionsPerImage * share)}.
   *
   * @throws FlipsideException if the pool is so small that a mark is no region
   */
  public SortedSet<Long> regions(int images, int regionsPerImage) {
    SortedSet<Long> regions = new TreeSet<>();
    for (double mark : marks) {
      long count = Budget.regions(images, regionsPerImage, mark);
      if (count == 0) {
        throw new FlipsideException(
            "a budget of "
                + mark
                + " is no region of "
                + images
                + " images with "
                + regionsPerImage
                + " regions; raise it");
      }
      regions.add(count);
    }
    return regions;
  }

  /**
   * How many regions to label next, with so many labelled; 0 at the last mark.
   *
   * @param regions the marks as {@link #regions}
   */
  public int next(long labelled, SortedSet<Long> regions) {
    SortedSet<Long> ahead = regions.tailSet(labelled + 1);
    return ahead.isEmpty() ? 0 : (int) Math.min(step, ahead.first() - labelled);
  }

  /** How many selections lead from so many labelled regions to the last mark. */
  public int steps(long labelled, SortedSet<Long> regions) {
    int steps = 0;
    for (long at = labelled, next; (next = next(at, regions)) > 0; at += next) {
      steps++;
    }
    return steps;
  }
}
