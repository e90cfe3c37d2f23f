package dev.flipside.api.campaign;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.problem.ApiProblem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Looks up campaigns and selections by the ids in a URL. */
@Singleton
public final class CampaignLookup {
  private static final int REMEMBERED = 256;

  private final CampaignStore store;
  private final Map<String, CampaignPlan> plans = new ConcurrentHashMap<>();

  @Inject
  CampaignLookup(CampaignStore store) {
    this.store = store;
  }

  /**
   * Returns a campaign by id.
   *
   * @throws ApiProblem if there is no such campaign
   */
  public Campaign get(String id) {
    return store
        .find(id)
        .orElseThrow(
            () -> ApiProblem.notFound("campaign", id, "GET /api/campaigns lists all campaigns."));
  }

  /**
   * Returns the plan of a campaign. Plans never change and are cached; a campaign that another node
   * has deleted is found missing by the store.
   *
   * @throws ApiProblem if there is no such campaign
   */
  public CampaignPlan plan(String id) {
    CampaignPlan known = plans.get(id);
    if (known != null) {
      return known;
    }
    CampaignPlan plan = get(id).plan();
    if (plans.size() < REMEMBERED) {
      plans.put(id, plan);
    }
    return plan;
  }

  /** Forgets the plan of a campaign that was deleted. */
  void forget(String id) {
    plans.remove(id);
  }

  /**
   * Returns a selection of a campaign by id.
   *
   * @throws ApiProblem if the campaign has no such selection
   */
  public Lease selection(String campaign, String id) {
    return store
        .findLease(id)
        .filter(lease -> lease.campaign().equals(campaign))
        .orElseThrow(() -> noSelection(campaign, id));
  }

  /** Returns the problem for a selection that the campaign does not have. */
  public static ApiProblem noSelection(String campaign, String id) {
    return ApiProblem.notFound(
        "selection", id, "POST /api/campaigns/" + campaign + "/selections creates one.");
  }
}
