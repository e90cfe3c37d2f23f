package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import java.time.Instant;

/**
 * A labeled region.
 *
 * @param id id of the region
 * @param image size of the scored image
 * @param region pixels of the region
 * @param label class ids of the pixels
 * @param annotator annotator who labeled it
 * @param labelled time of labeling
 * @param sequence position among the labels of the campaign in the order they came in, from 1
 */
public record LabelledRegion(
    RegionId id,
    ImageSize image,
    Region region,
    LabelMap label,
    String annotator,
    Instant labelled,
    long sequence) {}
