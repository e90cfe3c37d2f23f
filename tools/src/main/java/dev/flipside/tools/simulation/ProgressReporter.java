package dev.flipside.tools.simulation;

import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.results.RoundResult;
import java.util.function.Function;

/** Is told what a simulation is at. */
public interface ProgressReporter {
  /** Says nothing. */
  ProgressReporter SILENT =
      new ProgressReporter() {
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
