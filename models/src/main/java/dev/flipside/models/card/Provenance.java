package dev.flipside.models.card;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Origin of a model, sufficient to reproduce its training.
 *
 * @param producer program and version that trained the model
 * @param dataDigest digest of the labeled data
 * @param seed seed of all random choices
 * @param plan training settings as key-value pairs
 * @param versions versions of the software used
 * @param created creation time
 */
public record Provenance(
    String producer,
    String dataDigest,
    long seed,
    SortedMap<String, String> plan,
    SortedMap<String, String> versions,
    Instant created) {
  public Provenance {
    plan = Collections.unmodifiableSortedMap(new TreeMap<>(plan));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }
}
