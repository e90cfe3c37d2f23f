package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last change of the label of a region.
 *
 * @param sequence number of the event among those of the campaign, from 1
 * @param id id of the region
 * @param image size of the scored image
 * @param region pixels of the region
 * @param label the label that is valid now, null if it was taken back
 * @param actor who labeled the region, or took the label back
 * @param time time of the change
 */
public record LabelChange(
    long sequence,
    RegionId id,
    ImageSize image,
    Region region,
    @Nullable LabelMap label,
    String actor,
    Instant time) {}
