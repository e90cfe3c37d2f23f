package dev.flipside.api.campaign.store.domain;

import dev.flipside.scorer.selection.SelectedRegion;
import java.time.Instant;
import java.util.List;

/**
 * Regions in one annotator's hands for a time.
 *
 * @param id names the lease
 * @param campaign id of the campaign
 * @param model whose scores ranked the regions
 * @param annotator who has the regions
 * @param regions what was handed out, best first; empty if there was nothing to hand out
 * @param shortfall why there are fewer than asked for
 * @param granted when it began
 * @param expires when what is not labelled or skipped goes back
 * @param openRegions how many of the regions are neither labelled nor skipped nor back; 0 when the
 *     lease has ended
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
  /** Copies the list. */
  public Lease {
    regions = List.copyOf(regions);
  }

  /** Why a lease has fewer regions than were asked for. */
  public enum Shortfall {
    /** It has as many as asked for. */
    NONE,
    /** All scored regions are leased, labelled or skipped. */
    NO_FREE_REGION,
    /** Labelled and leased regions have reached the budget. */
    BUDGET_SPENT,
    /** The model has scored no image of the campaign. */
    NOT_SCORED,
    /** The campaign is closed. */
    CLOSED
  }
}
