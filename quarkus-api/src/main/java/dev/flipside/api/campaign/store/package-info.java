/**
 * The campaign store: pools, scores, leases, labels and jobs in SQLite or PostgreSQL. The rest of
 * the service calls {@link dev.flipside.api.campaign.store.CampaignStore}; the tables are visible
 * in this package only.
 */
@NullMarked
package dev.flipside.api.campaign.store;

import org.jspecify.annotations.NullMarked;
