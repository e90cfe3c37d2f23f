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
 * @param crossEntropy sum of the cross-entropy of the current epoch over labelled pixels
 * @param labelled labelled pixels seen in the current epoch, weighted as in the loss
 * @param consistency sum of the self-consistency of the current epoch over images
 * @param images images seen in the current epoch
 */
record TrainingProgress(
    int epoch,
    int stepInEpoch,
    long step,
    double crossEntropy,
    double labelled,
    double consistency,
    long images) {
  /** Position before the first step. */
  static final TrainingProgress START = new TrainingProgress(0, 0, 0, 0, 0, 0, 0);

  /**
   * Returns the position after one more step.
   *
   * @param mass labelled pixels of the batch, weighted as in the loss
   * @param batch images of the batch
   */
  TrainingProgress after(LossValues loss, double mass, int batch) {
    return new TrainingProgress(
        epoch,
        stepInEpoch + 1,
        step + 1,
        crossEntropy + mass * loss.crossEntropy(),
        labelled + mass,
        consistency + batch * loss.consistency(),
        images + batch);
  }

  /** Returns the position at the start of the next epoch. */
  TrainingProgress nextEpoch() {
    return new TrainingProgress(epoch + 1, 0, step, 0, 0, 0, 0);
  }

  /**
   * Returns the mean losses of the current epoch: cross-entropy over labelled pixels,
   * self-consistency over images, and their weighted sum.
   */
  LossValues mean(double consistencyWeight) {
    double pixels = labelled == 0 ? 0 : crossEntropy / labelled;
    double views = images == 0 ? 0 : consistency / images;
    return new LossValues(pixels, views, pixels + consistencyWeight * views);
  }

  /** Formats the position as text, without loss of precision. */
  SortedMap<String, String> facts() {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("epoch", Integer.toString(epoch));
    facts.put("stepInEpoch", Integer.toString(stepInEpoch));
    facts.put("step", Long.toString(step));
    facts.put("images", Long.toString(images));
    facts.put("labelled", Double.toString(labelled));
    facts.put("sumCrossEntropy", Double.toString(crossEntropy));
    facts.put("sumConsistency", Double.toString(consistency));
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
          Double.parseDouble(facts.getOrDefault("sumCrossEntropy", "")),
          Double.parseDouble(facts.getOrDefault("labelled", "")),
          Double.parseDouble(facts.getOrDefault("sumConsistency", "")),
          Long.parseLong(facts.getOrDefault("images", "")));
    } catch (NumberFormatException e) {
      throw new FlipsideException(
          file + ": a damaged checkpoint, its position cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
