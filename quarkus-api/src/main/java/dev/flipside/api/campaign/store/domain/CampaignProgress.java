package dev.flipside.api.campaign.store.domain;

/**
 * Progress of a campaign.
 *
 * @param images registered images
 * @param regions regions of all scored images
 * @param leased leased regions
 * @param labelled labeled regions
 * @param skipped permanently skipped regions
 * @param budget maximum number of regions to label
 */
public record CampaignProgress(
    long images, long regions, long leased, long labelled, long skipped, long budget) {
  /** Returns the number of regions that can still be leased within the budget. */
  public long remainingBudget() {
    return Math.max(0, budget - labelled - leased);
  }

  /** Returns the number of regions that are neither leased, labeled nor skipped. */
  public long unlabelled() {
    return regions - leased - labelled - skipped;
  }
}
