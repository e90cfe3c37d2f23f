package dev.flipside.api.campaign;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Progress of a campaign.
 *
 * @param images images in the pool
 * @param scoredImages images scored by the latest scoring
 * @param regions regions of all scored images
 * @param unlabelled free regions
 * @param leased leased regions
 * @param labelled labeled regions
 * @param skipped permanently skipped regions
 * @param budget maximum number of regions to label, limited by the number of regions
 * @param remaining number of regions that can still be leased
 */
@Schema(name = "Progress", description = "Progress of a campaign, in regions and images.")
public record ProgressView(
    @Schema(examples = "367") long images,
    @Schema(examples = "367") long scoredImages,
    @Schema(examples = "9175") long regions,
    @Schema(examples = "9155") long unlabelled,
    @Schema(examples = "10") long leased,
    @Schema(examples = "10") long labelled,
    @Schema(examples = "0") long skipped,
    @Schema(examples = "1101") long budget,
    @Schema(examples = "1081") long remaining) {}
