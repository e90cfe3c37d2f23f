package dev.flipside.api.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reports of a round: what it trains on, how far it is, and what came of it. Stored
 * as JSON.
 *
 * @param labels number of labels when the round began; also the sequence number of the last one
 * @param trained labeled regions that are trained on
 * @param heldOut labeled regions that only measure
 * @param split how held out regions are chosen
 * @param pixels labeled pixels of each class, trained on and held out
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
@RegisterForReflection // also read with a plain ObjectMapper
@Schema(
    name = "Training",
    description = "Progress and results of a training round, as reported by the agent.")
public record Training(
    @Schema(
            description =
                "Number of labels when the round began; equal to the sequence number of the last"
                    + " label.",
            examples = "60")
        @Min(0)
        @Nullable Long labels,
    @Schema(description = "Number of labeled regions used for training.", examples = "49") @Min(0)
        @Nullable Long trained,
    @Schema(description = "Number of labeled regions held out for evaluation.", examples = "11")
        @Min(0)
        @Nullable Long heldOut,
    @Schema(examples = "20 % of the labelled regions, by a hash of the region") @Size(max = 300)
        @Nullable String split,
    @Schema(description = "Number of labeled pixels of each class.", examples = "[120400, 83012]")
        @Size(max = 255)
        @Nullable List<@NotNull @Min(0) Long> pixels,
    @Schema(description = "Number of completed epochs.", examples = "3") @Min(0)
        @Nullable Integer epoch,
    @Schema(description = "Total number of epochs.", examples = "12") @Min(0)
        @Nullable Integer epochs,
    @Schema(description = "Number of completed steps.", examples = "51") @Min(0)
        @Nullable Long step,
    @Schema(description = "Total number of steps.", examples = "192") @Min(0) @Nullable Long steps,
    @Schema(description = "Estimated remaining time.", examples = "42.5")
        @DecimalMin("0")
        @DecimalMax("1e9")
        @Nullable Double secondsLeft,
    @Size(max = 10_000) @Nullable List<@NotNull @Valid EpochLoss> losses,
    @Schema(
            description = "Current activity of the agent, or the reason why the round failed.",
            examples = "training")
        @Size(max = 2000)
        @Nullable String note,
    @Schema(description = "ID of the trained model.", examples = "sha256:9f86d081884c7d65")
        @Size(max = 200)
        @Nullable String model,
    @Schema(description = "Mean IoU on the held-out regions.", examples = "0.53")
        @DecimalMin("0")
        @DecimalMax("1")
        @Nullable Double miou,
    @Schema(
            description =
                "Mean IoU of the model of the previous round on the same regions. The set of"
                    + " held-out regions grows, so only these two values are comparable.",
            examples = "0.47")
        @DecimalMin("0")
        @DecimalMax("1")
        @Nullable Double previousMiou,
    @Schema(
            description =
                "IoU of each class on the held-out regions; null if a class does not occur.",
            examples = "[0.91, null, 0.34]")
        @Size(max = 255)
        @Nullable List<@Nullable @DecimalMin("0") @DecimalMax("1") Double> iou,
    @Schema(
            description = "Share of correctly predicted pixels in the held-out regions.",
            examples = "0.82")
        @DecimalMin("0")
        @DecimalMax("1")
        @Nullable Double pixelAccuracy) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nothing reported yet. */
  static final Training NONE =
      new Training(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null);

  /**
   * Mean losses of an epoch.
   *
   * @param crossEntropy mean over labeled pixels, in nats
   * @param consistency self-consistency, mean over images
   * @param total weighted sum
   */
  @RegisterForReflection
  @Schema(name = "EpochLoss", description = "Mean losses of one epoch.")
  public record EpochLoss(
      @Schema(examples = "1.43") @DecimalMin("0") @DecimalMax("1e30") double crossEntropy,
      @Schema(examples = "0.08") @DecimalMin("0") @DecimalMax("1e30") double consistency,
      @Schema(examples = "1.51") @DecimalMin("0") @DecimalMax("1e30") double total) {}

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and strings are always JSON", e);
    }
  }

  static Training fromJson(String json) {
    try {
      return JSON.readValue(json, Training.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("\"" + json + "\" is not a report of a training", e);
    }
  }
}
