package dev.flipside.trainer;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.loss.LossValues;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Position of a training.
 *
 * @param epoch completed epochs
 * @param stepInEpoch updates in the current epoch
 * @param step updates in total
 * @param sums sums of the losses of the current epoch
 * @param images images seen in the current epoch
 */
record TrainingProgress(int epoch, int stepInEpoch, long step, LossValues sums, long images) {
  /** Position before the first step. */
  static final TrainingProgress START = new TrainingProgress(0, 0, 0, LossValues.ZERO, 0);

  /** Returns the position after one more step. */
  TrainingProgress after(LossValues loss, int batch) {
    return new TrainingProgress(epoch, stepInEpoch + 1, step + 1, sums.plus(loss), images + batch);
  }

  /** Returns the position at the start of the next epoch. */
  TrainingProgress nextEpoch() {
    return new TrainingProgress(epoch + 1, 0, step, LossValues.ZERO, 0);
  }

  /** Returns the mean losses of the current epoch. */
  LossValues mean() {
    return new LossValues(
        sums.crossEntropy() / stepInEpoch,
        sums.consistency() / stepInEpoch,
        sums.total() / stepInEpoch);
  }

  /** Formats the position as text, without loss of precision. */
  SortedMap<String, String> facts() {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("epoch", Integer.toString(epoch));
    facts.put("stepInEpoch", Integer.toString(stepInEpoch));
    facts.put("step", Long.toString(step));
    facts.put("images", Long.toString(images));
    facts.put("sumCrossEntropy", Double.toString(sums.crossEntropy()));
    facts.put("sumConsistency", Double.toString(sums.consistency()));
    facts.put("sumTotal", Double.toString(sums.total()));
    return facts;
  }

  /**
   * Parses the text of a position.
   *
   * @throws FlipsideException if a number is missing or malformed
   */
  static TrainingProgress of(Path file, Map<String, String> facts) {
    try {
      return new TrainingProgress(
          Integer.parseInt(facts.getOrDefault("epoch", "")),
          Integer.parseInt(facts.getOrDefault("stepInEpoch", "")),
          Long.parseLong(facts.getOrDefault("step", "")),
          new LossValues(
              Double.parseDouble(facts.getOrDefault("sumCrossEntropy", "")),
              Double.parseDouble(facts.getOrDefault("sumConsistency", "")),
              Double.parseDouble(facts.getOrDefault("sumTotal", ""))),
          Long.parseLong(facts.getOrDefault("images", "")));
    } catch (NumberFormatException e) {
      throw new FlipsideException(
          file + ": a damaged checkpoint, its position cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
