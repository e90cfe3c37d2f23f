package dev.flipside.models.registry;

import dev.flipside.models.card.ModelCard;
import java.nio.file.Path;
import java.time.Instant;

/** Stub. */
public record ModelEntry(String id, ModelCard card, Path file, long bytes, Instant added) {}
