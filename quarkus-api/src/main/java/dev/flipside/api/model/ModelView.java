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
 * A model of the registry.
 *
 * @param id digest of the file
 * @param active whether new scorings use it when they name none
 * @param classes names of the classes in the order of their ids
 * @param input what it takes
 * @param output what it returns
 * @param bytes size of the file
 * @param added when it was added
 * @param producer what trained it, where that is known
 * @param links where it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Model", description = "Segmentation model in the registry.")
public record ModelView(
    @Schema(examples = "sha256:9f86d081884c7d65") String id,
    boolean active,
    @Schema(examples = "[\"Sky\", \"Building\"]") List<String> classes,
    @Schema(examples = "input FLOAT32 NCHW RGB") String input,
    @Schema(examples = "output NCHW LOGITS") String output,
    @Schema(examples = "131962712") long bytes,
    Instant added,
    @Nullable String producer,
    Map<String, String> links) {

  /**
   * All models.
   *
   * @param active id of the active one, if one is
   * @param models all of them
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "ModelList")
  public record ModelList(@Nullable String active, List<ModelView> models) {}

  static ModelView of(ModelEntry entry, boolean active) {
    ModelCard card = entry.card();
    var provenance = card.provenance();
    return new ModelView(
        entry.id(),
        active,
        card.classes().classes().stream().map(SegmentationClass::name).toList(),
        card.input().name()
            + " "
            + card.input().type()
            + " "
            + card.input().layout()
            + " "
            + card.input().channels(),
        card.output().name() + " " + card.output().layout() + " " + card.output().meaning(),
        entry.bytes(),
        entry.added(),
        provenance == null ? null : provenance.producer(),
        Map.of("self", "/api/models/" + entry.id()));
  }
}
