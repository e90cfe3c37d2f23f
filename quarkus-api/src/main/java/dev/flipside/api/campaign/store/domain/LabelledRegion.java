package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import java.time.Instant;

/**
 * A region with its label.
 *
 * @param id the region
 * @param image size of its image, at the size that was scored
 * @param region its pixels
 * @param label class ids of these pixels
 * @param annotator who labelled it
 * @param labelled when
 */
public record LabelledRegion(
    RegionId id,
    ImageSize image,
    Region region,
    LabelMap label,
    String annotator,
    Instant labelled) {}
