package dev.flipside.api.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.models.registry.ModelEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A model in the API.
 *
 * @param id digest of the file
 * @param names names that are accepted in place of the id
 * @param active whether new scorings use it by default
 * @param classes names of the classes in id order
 * @param input description of the input
 * @param output description of the output
 * @param bytes size of the file
 * @param added time when it was added
 * @param producer program that trained it, null if unknown
 * @param links links to related resources
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Model", description = "Segmentation model in the registry.")
public record ModelView(
    @Schema(examples = "sha256:9f86d081884c7d65") String id,
    @Schema(examples = "[\"streets\"]") List<String> names,
    boolean active,
    @Schema(examples = "[\"Sky\", \"Building\"]") List<String> classes,
    @Schema(examples = "input FLOAT32 NCHW RGB") String input,
    @Schema(examples = "output NCHW LOGITS") String output,
    @Schema(examples = "131962712") long bytes,
    Instant added,
    @Nullable String producer,
    Map<String, String> links) {

  /**
   * List of models.
   *
   * @param active id of the active model, null if none
   * @param models all models
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "ModelList")
  public record ModelList(@Nullable String active, List<ModelView> models) {}

  static ModelView of(ModelEntry entry, boolean active) {
    ModelCard card = entry.card();
    var provenance = card.provenance();
    return new ModelView(
        entry.id(),
        entry.names(),
        active,
        card.classes().classes().stream().map(SegmentationClass::name).toList(),
        card.input().name()
            + " "
            + card.input().type()
            + " "
            + card.input().layout()
            + " "
            + (card.input().pixels().isColor() ? card.input().channels() : card.input().pixels()),
        card.output().name() + " " + card.output().layout() + " " + card.output().meaning(),
        entry.bytes(),
        entry.added(),
        provenance == null ? null : provenance.producer(),
        Map.of("self", "/api/models/" + entry.id()));
  }
}
