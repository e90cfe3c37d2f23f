package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.ScoreSink;
import java.io.IOException;
import java.util.Optional;

/** Stores the results of a rescoring, and returns those of an interrupted run. */
public interface RescoringJournal {
  /** Returns the result of an earlier run, if any. */
  Optional<ImageResult> earlier(Fidelity fidelity, String image);

  /**
   * Stores a new result.
   *
   * @throws IOException if it cannot be stored
   */
  void accept(Fidelity fidelity, ImageResult result) throws IOException;

  /** Creates a journal without earlier results, for orders that only request exact scores. */
  static RescoringJournal of(ScoreSink exact) {
    return new RescoringJournal() {
      @Override
      public Optional<ImageResult> earlier(Fidelity fidelity, String image) {
        return Optional.empty();
      }

      @Override
      public void accept(Fidelity fidelity, ImageResult result) throws IOException {
        exact.accept(result);
      }
    };
  }
}
