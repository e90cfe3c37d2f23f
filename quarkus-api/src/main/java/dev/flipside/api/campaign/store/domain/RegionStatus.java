package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.RegionId;
import org.jspecify.annotations.Nullable;

/**
 * Status of a region.
 *
 * @param id id of the region
 * @param state current state
 * @param lease current or last lease, null if never leased
 * @param annotator current or last annotator, null if never leased
 */
public record RegionStatus(
    RegionId id, RegionState state, @Nullable String lease, @Nullable String annotator) {}
