package dev.flipside.scorer.cascade;

import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.ScoreSink;
import java.io.IOException;
import java.util.Optional;

/** Where the results of a rescoring go, and what an earlier run that was stopped left there. */
public interface RescoringJournal {
  /** The result of an earlier run, which need not be found again. */
  Optional<ImageResult> earlier(Fidelity fidelity, String image);

  /**
   * Takes a new result.
   *
   * @throws IOException if it cannot be kept
   */
  void accept(Fidelity fidelity, ImageResult result) throws IOException;

  /** A journal without a past, for orders that ask for exact scores alone. */
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
