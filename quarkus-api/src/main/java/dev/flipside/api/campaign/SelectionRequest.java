package dev.flipside.api.campaign;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the best free regions.
 *
 * @param k how many
 * @param strategy another acquisition than the campaign's
 * @param annotator who will label them
 * @param leaseSeconds how long they are held back for the annotator
 */
@Schema(name = "SelectionRequest", description = "Request for the K best free regions.")
public record SelectionRequest(
    @Schema(description = "Number of regions.", examples = "10", required = true) @Min(1) int k,
    @Schema(
            description =
                "Another acquisition than the campaign's; the pool must have been scored with it"
                    + " (POST …/scorings).",
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
                "Seconds for which nobody else gets these regions; then those without a label go"
                    + " back.",
            examples = "1800")
        @Min(1)
        @Nullable Long leaseSeconds) {}
