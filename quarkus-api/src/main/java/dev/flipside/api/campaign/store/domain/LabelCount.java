package dev.flipside.api.campaign.store.domain;

import java.time.Instant;

/**
 * The labels of an annotator in a campaign.
 *
 * @param annotator name of the annotator
 * @param labelled number of labeled regions
 * @param first time of the first label
 * @param last time of the last label
 */
public record LabelCount(String annotator, long labelled, Instant first, Instant last) {}
