package dev.flipside.api.region;

import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.store.RegionTransaction;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.RegionId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Determines the lease for a label or skip: the selection named in the request, or else the lease
 * that holds the region.
 */
record LeaseChoice(String campaign, RegionId region, @Nullable String selection, String caller) {
  /**
   * Returns the id of the lease.
   *
   * @throws ApiProblem if there is no such selection, or the caller does not hold the region
   */
  String find(RegionTransaction held) {
    String lease = selection == null ? own(held.status()) : selection;
    if (!held.knowsLease(lease)) {
      throw CampaignLookup.noSelection(campaign, lease);
    }
    return lease;
  }

  /**
   * Returns the id of the lease after checking that it was granted for the region.
   *
   * @throws ApiProblem as {@link #find}, or if the lease was granted for other regions
   */
  String findListing(RegionTransaction held) {
    String lease = find(held);
    if (!held.isListedBy(lease)) {
      throw ApiProblem.of(
          ProblemType.REGION_STATE, region + ": selection " + lease + " does not hold it");
    }
    return lease;
  }

  private String own(RegionStatus status) {
    String lease = status.lease();
    boolean foreign = status.state() == RegionState.LEASED && !caller.equals(status.annotator());
    if (lease == null || foreign) {
      throw ApiProblem.of(
              ProblemType.REGION_STATE,
              region
                  + ": is "
                  + (lease == null
                      ? status.state().name().toLowerCase(Locale.ROOT)
                          + " and leased to nobody; lease it with a selection first, or send"
                          + " If-Match to correct its label"
                      : "leased to " + status.annotator() + "; name the selection if it is yours"))
          .with("state", status.state().name().toLowerCase(Locale.ROOT));
    }
    return lease;
  }
}
