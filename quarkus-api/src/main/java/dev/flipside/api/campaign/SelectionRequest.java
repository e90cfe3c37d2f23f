package dev.flipside.api.campaign;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Request for the best free regions.
 *
 * @param k number of regions
 * @param strategy acquisition function, null for that of the campaign
 * @param annotator name of the annotator
 * @param leaseSeconds duration of the lease
 */
@Schema(name = "SelectionRequest", description = "Request for the K best free regions.")
public record SelectionRequest(
    @Schema(description = "Number of regions.", examples = "10", required = true) @Min(1) int k,
    @Schema(
            description =
                "Acquisition function. Default: that of the campaign. The pool must have"
                    + " been scored with it (POST …/scorings).",
            examples = "entropy")
        @Size(max = 100)
        @Nullable String strategy,
    @Schema(
            description = "Name of the annotator. Default: the name of the API key.",
            examples = "ada")
        @Size(min = 1, max = 200)
        @Nullable String annotator,
    @Schema(
            description =
                "Duration of the lease in seconds. Afterwards, regions without a label"
                    + " become free again.",
            examples = "1800")
        @Min(1)
        @Nullable Long leaseSeconds) {}
