package dev.flipside.api.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Request to create a campaign.
 *
 * @param name display name
 * @param pool folder of images
 * @param list text file that lists the images, one per line
 * @param grid rows and columns of regions
 * @param region size of a region in px
 * @param classes class map
 * @param model model that scores the pool
 * @param strategy acquisition function
 * @param budget maximum number of regions to label
 * @param budgetFraction maximum fraction of all regions to label
 */
@Schema(
    name = "CampaignRequest",
    description =
        "A new campaign. Paths are absolute or relative to a configured root, and must be"
            + " below a root.")
public record CampaignRequest(
    @Schema(description = "Name of the campaign.", examples = "street scenes", required = true)
        @NotBlank
        @Size(max = 200)
        String name,
    @Schema(
            description = "Folder of images (PNG, JPEG, WebP, TIFF), searched recursively.",
            examples = "camvid/train",
            required = true)
        @NotBlank
        @Size(max = 4096)
        String pool,
    @Schema(
            description = "Text file that lists images of the pool, one path per line.",
            examples = "camvid/first-week.txt")
        @Size(max = 4096)
        @Nullable String list,
    @Schema(
            description =
                "Rows and columns of regions per image. Give either \"grid\" or \"region\".",
            examples = "5x5")
        @Pattern(regexp = "\\d{1,9}[xX]\\d{1,9}", message = "expected ROWSxCOLS, for example 5x5")
        @Nullable String grid,
    @Schema(
            description = "Height and width of a region in px. Give either \"grid\" or \"region\".",
            examples = "72x96")
        @Pattern(
            regexp = "\\d{1,9}[xX]\\d{1,9}",
            message = "expected HEIGHTxWIDTH in px, for example 72x96")
        @Nullable String region,
    @Schema(
            description =
                "Class map: \"camvid\", \"cityscapes\", a number of classes, or an object as in a"
                    + " model card. Default: the classes of the model.",
            examples = "camvid")
        @Nullable JsonNode classes,
    @Schema(
            description =
                "Name or ID of a registered model (sha256:…), or path of an ONNX file below a root,"
                    + " which is then registered. Scoring of the pool starts immediately. Without a"
                    + " model, the first regions are spread over the pool until a model has scored"
                    + " it (POST …/scorings).",
            examples = "models/fcn.onnx")
        @Size(max = 4096)
        @Nullable String model,
    @Schema(
            description =
                "Acquisition function that ranks regions: flip-entropy, entropy, margin,"
                    + " least-confidence, vote-entropy, bald, view-disagreement or random.",
            examples = "flip-entropy",
            defaultValue = "flip-entropy")
        @Size(max = 100)
        @Nullable String strategy,
    @Schema(
            description = "Maximum number of regions to label. Default: no limit.",
            examples = "500")
        @Min(1)
        @Nullable Long budget,
    @Schema(
            description =
                "Alternative to \"budget\": maximum fraction of all regions to label. The"
                    + " number of regions is computed from the size of the first image.",
            examples = "0.12")
        @DecimalMin(value = "0", inclusive = false)
        @DecimalMax("1")
        @Nullable Double budgetFraction) {}
