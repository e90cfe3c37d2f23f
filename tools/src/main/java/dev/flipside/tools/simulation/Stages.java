package dev.flipside.tools.simulation;

import dev.flipside.scorer.Progress;
import dev.flipside.tools.report.RoundResult;
import java.util.function.Function;

/** Is told what a simulation is at. */
public interface Stages {
  /** Says nothing. */
  Stages SILENT =
      new Stages() {
        @Override
        public <T> T run(String task, String unit, Function<Progress, T> work) {
          return work.apply(Progress.NONE);
        }

        @Override
        public void measured(RoundResult result) {}
      };

  /**
   * Does a stage's work and shows its progress meanwhile.
   *
   * @param task what is being done, a few words
   * @param unit what its progress counts, in the plural
   */
  <T> T run(String task, String unit, Function<Progress, T> work);

  /** A network was measured. */
  void measured(RoundResult result);
}
