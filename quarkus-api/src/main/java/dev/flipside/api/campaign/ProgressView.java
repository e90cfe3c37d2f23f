package dev.flipside.api.campaign;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How far a campaign has come.
 *
 * @param images images in the pool
 * @param scoredImages images that the newest scoring has scored
 * @param regions regions of all images whose size is known
 * @param unlabelled regions that can be handed out
 * @param leased regions in an annotator's hands
 * @param labelled regions with a label
 * @param skipped regions refused for good
 * @param budget regions that may be labelled, never more than there are
 * @param remaining regions that may still be handed out
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
