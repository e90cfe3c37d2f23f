package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.RegionId;
import org.jspecify.annotations.Nullable;

/**
 * Where one region stands.
 *
 * @param id the region
 * @param state its state
 * @param lease the lease that holds it or held it last; none if it was never leased
 * @param annotator who has it or had it last; none if it was never leased
 */
public record RegionStatus(
    RegionId id, RegionState state, @Nullable String lease, @Nullable String annotator) {}
