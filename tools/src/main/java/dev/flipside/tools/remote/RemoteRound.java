package dev.flipside.tools.remote;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A round of training on a campaign.
 *
 * @param number number in the campaign, from 1
 * @param agent agent that trains
 * @param state running, interrupted, done or failed
 * @param training what the agent reported last
 */
public record RemoteRound(int number, String agent, String state, Training training) {

  /** Returns whether the model is trained. */
  public boolean isDone() {
    return state.equals("done");
  }

  /** Returns whether the round has ended, well or not. */
  public boolean hasEnded() {
    return isDone() || state.equals("failed");
  }

  /**
   * All rounds.
   *
   * @param rounds oldest first
   */
  record All(List<RemoteRound> rounds) {}

  /**
   * What an agent reports; what is null is unknown.
   *
   * @param labels number of labels when the round began; also the sequence number of the last one
   * @param trained labelled regions that are trained on
   * @param heldOut labelled regions that only measure
   * @param split how held out regions are chosen
   * @param pixels labelled pixels of each class
   * @param epoch completed epochs
   * @param epochs epochs in total
   * @param step completed steps
   * @param steps steps in total
   * @param secondsLeft estimate of the remaining time
   * @param losses mean losses of each completed epoch
   * @param note what the agent does now, or why the round failed
   * @param model id of the trained model
   * @param miou mean IoU on the held out regions
   * @param previousMiou mean IoU of the model of the round before on the same regions
   * @param iou IoU of each class on the held out regions, null where a class does not occur
   * @param pixelAccuracy share of the held out pixels that are predicted correctly
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Training(
      @Nullable Long labels,
      @Nullable Long trained,
      @Nullable Long heldOut,
      @Nullable String split,
      @Nullable List<Long> pixels,
      @Nullable Integer epoch,
      @Nullable Integer epochs,
      @Nullable Long step,
      @Nullable Long steps,
      @Nullable Double secondsLeft,
      @Nullable List<EpochLoss> losses,
      @Nullable String note,
      @Nullable String model,
      @Nullable Double miou,
      @Nullable Double previousMiou,
      @Nullable List<@Nullable Double> iou,
      @Nullable Double pixelAccuracy) {}

  /**
   * Mean losses of an epoch.
   *
   * @param crossEntropy mean over labelled pixels, in nats
   * @param consistency self-consistency, mean over images
   * @param total weighted sum
   */
  public record EpochLoss(double crossEntropy, double consistency, double total) {}
}
