package dev.flipside.trainer;

import dev.flipside.trainer.loss.LossValues;

/**
 * One pass over the data.
 *
 * @param epoch from 0
 * @param step updates so far
 * @param loss mean over its steps
 * @param learningRate it was made with
 * @param images seen
 * @param seconds it took
 */
public record EpochReport(
    int epoch, long step, LossValues loss, double learningRate, long images, double seconds) {}
