package dev.flipside.models.registry;

import dev.flipside.models.card.ModelCard;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A model in a registry.
 *
 * @param id {@code sha256:} and the digest of the model file
 * @param names names that users gave it, in their order
 * @param card model card, fixed when the model was added
 * @param file model file, never modified. It may lack the card, so open the model with {@link
 *     ModelRegistry#open(String)}
 * @param bytes size of the file
 * @param added time when the model was added
 */
public record ModelEntry(
    String id, List<String> names, ModelCard card, Path file, long bytes, Instant added) {}
