package dev.flipside.api.campaign.store.domain;

import dev.flipside.scorer.selection.SelectedRegion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Regions leased to an annotator for a limited time.
 *
 * @param id id of the lease
 * @param campaign id of the campaign
 * @param model key of the scores that ranked the regions
 * @param annotator annotator who holds the regions
 * @param regions leased regions, best first; may be empty
 * @param shortfall why there are fewer regions than requested
 * @param granted start of the lease
 * @param expires time when regions without a label become free
 * @param openRegions number of regions not yet labeled, skipped or released; 0 after the lease ends
 */
public record Lease(
    String id,
    String campaign,
    String model,
    String annotator,
    List<SelectedRegion> regions,
    Shortfall shortfall,
    Instant granted,
    Instant expires,
    int openRegions) {
  /** Time for which a region whose label was sent back is kept for its annotator. */
  public static final Duration SENT_BACK = Duration.ofDays(7);

  public Lease {
    regions = List.copyOf(regions);
  }

  /** Reason why a lease has fewer regions than requested. */
  public enum Shortfall {
    /** As many regions as requested. */
    NONE,
    /** All scored regions are leased, labeled or skipped. */
    NO_FREE_REGION,
    /** Labeled and leased regions have reached the budget. */
    BUDGET_SPENT,
    /** The model has not scored any image of the campaign. */
    NOT_SCORED,
    /** The campaign is closed. */
    CLOSED
  }
}
