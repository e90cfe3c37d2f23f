package dev.flipside.tools.agent;

import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an agent.
 *
 * @param folder folder for the state of the agent
 * @param images folder of the images, null if the pool of the campaign is on this machine
 * @param trainEvery new labels that start a round, at least 1; the first round takes half as many
 * @param heldOut share of the labelled regions that only measure, 0 to below 1
 * @param steps training steps of a round, at least 1; rounded up to whole epochs
 * @param unlabelled images without label that a round trains on by self-consistency, at most
 * @param longestSide images with a longer side are reduced for training, in px
 * @param network shape of the network
 * @param device where to train
 * @param pause time between two looks at the service
 */
public record AgentSettings(
    Path folder,
    @Nullable Path images,
    int trainEvery,
    double heldOut,
    int steps,
    int unlabelled,
    int longestSide,
    NetworkShape network,
    DeviceChoice device,
    Duration pause) {
  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public AgentSettings {
    if (trainEvery < 1 || steps < 1 || unlabelled < 0 || longestSide < 32) {
      throw new IllegalArgumentException(
          "train every "
              + trainEvery
              + " labels, "
              + steps
              + " steps, "
              + unlabelled
              + " unlabelled images, longest side "
              + longestSide
              + ": expected at least 1, 1, 0 and 32");
    }
    if (!(heldOut >= 0 && heldOut < 1)) {
      throw new IllegalArgumentException(
          "held out share " + heldOut + ": expected 0 or more, less than 1");
    }
  }

  /** Returns the number of labels that starts the first round. */
  int firstRound() {
    return (trainEvery + 1) / 2;
  }
}
