package dev.flipside.trainer;

import dev.flipside.trainer.loss.LossValues;

/**
 * Report of a training step.
 *
 * @param epoch number of the epoch, from 0
 * @param stepInEpoch number of the step in the epoch, from 0
 * @param stepsInEpoch number of steps in the epoch
 * @param step updates so far, including this one
 * @param loss loss of the batch before the update
 * @param learningRate learning rate of the step
 * @param images number of images in the batch
 * @param seconds duration in seconds, including the time waiting for the batch
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
