package dev.flipside.trainer;

import dev.flipside.trainer.loss.LossValues;

/**
 * Report of an epoch.
 *
 * @param epoch number of the epoch, from 0
 * @param step updates so far
 * @param loss mean of the epoch: cross-entropy over labelled pixels, self-consistency over images
 * @param learningRate learning rate of its first step
 * @param images number of images seen
 * @param seconds duration in seconds
 */
public record EpochReport(
    int epoch, long step, LossValues loss, double learningRate, long images, double seconds) {}
