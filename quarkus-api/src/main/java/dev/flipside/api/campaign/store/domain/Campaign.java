package dev.flipside.api.campaign.store.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A campaign in the ledger.
 *
 * @param id names it for good
 * @param plan what it sets out to do
 * @param created when it was created
 * @param closed when it was closed; since then it hands out nothing
 */
public record Campaign(String id, CampaignPlan plan, Instant created, @Nullable Instant closed) {}
