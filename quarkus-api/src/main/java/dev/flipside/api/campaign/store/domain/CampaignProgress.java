package dev.flipside.api.campaign.store.domain;

/**
 * How far a campaign has come.
 *
 * @param images images registered
 * @param regions regions of the images whose size is known, which is those that were scored
 * @param leased regions with an annotator now
 * @param labelled regions labelled
 * @param skipped regions that an annotator refused for good
 * @param budget regions that may be labelled
 */
public record CampaignProgress(
    long images, long regions, long leased, long labelled, long skipped, long budget) {
  /** Regions that may still be handed out before the budget is spent. */
  public long remainingBudget() {
    return Math.max(0, budget - labelled - leased);
  }

  /** Regions with a known size that are neither leased nor done. */
  public long unlabelled() {
    return regions - leased - labelled - skipped;
  }
}
