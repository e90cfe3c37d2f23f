package dev.flipside.api.campaign;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.scorer.campaign.Campaign;
import dev.flipside.scorer.campaign.CampaignLedger;
import dev.flipside.scorer.campaign.Lease;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Finds what a URL names. */
@Singleton
public final class Campaigns {
  private final CampaignLedger ledger;

  @Inject
  Campaigns(CampaignLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * A campaign by its id.
   *
   * @throws ApiProblem if there is none
   */
  public Campaign get(String id) {
    return ledger
        .find(id)
        .orElseThrow(() -> ApiProblem.notFound("campaign", id, "GET /api/campaigns lists them"));
  }

  /**
   * A selection of a campaign by its id.
   *
   * @throws ApiProblem if the campaign has none of that id
   */
  public Lease selection(String campaign, String id) {
    return ledger
        .findLease(id)
        .filter(lease -> lease.campaign().equals(campaign))
        .orElseThrow(
            () ->
                ApiProblem.notFound(
                    "selection", id, "POST /api/campaigns/" + campaign + "/selections makes one"));
  }
}
