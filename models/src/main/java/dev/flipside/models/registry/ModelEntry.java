package dev.flipside.models.registry;

import dev.flipside.models.card.ModelCard;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A model of a registry.
 *
 * @param id {@code sha256:} and the digest of its file
 * @param card what it expects and returns, as settled when it was added
 * @param file the model, never changed; without the card where that was told beside it, so open it
 *     with {@link ModelRegistry#open(String)}
 * @param bytes size of the file
 * @param added when it was added
 */
public record ModelEntry(String id, ModelCard card, Path file, long bytes, Instant added) {}
