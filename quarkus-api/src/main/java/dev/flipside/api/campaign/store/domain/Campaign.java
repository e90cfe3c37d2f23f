package dev.flipside.api.campaign.store.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored campaign.
 *
 * @param id permanent id
 * @param plan settings of the campaign
 * @param created time of creation
 * @param closed time when it was closed, null if open; a closed campaign grants no leases
 */
public record Campaign(String id, CampaignPlan plan, Instant created, @Nullable Instant closed) {}
