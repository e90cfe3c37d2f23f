package dev.flipside.trainer;

import dev.flipside.trainer.loss.LossValues;

/**
 * One update of the weights.
 *
 * @param epoch from 0
 * @param stepInEpoch from 0
 * @param stepsInEpoch steps of this epoch
 * @param step updates so far, this one included
 * @param loss of its batch, before the update
 * @param learningRate it was made with
 * @param images in its batch
 * @param seconds it took, waiting for the batch included
 */
public record StepReport(
    int epoch,
    int stepInEpoch,
    int stepsInEpoch,
    long step,
    LossValues loss,
    double learningRate,
    int images,
    double seconds) {}
