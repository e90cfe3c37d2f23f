package dev.flipside.models.card;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a model comes from, enough to make it again.
 *
 * @param producer program and version that trained it
 * @param dataDigest digest of the labelled data
 * @param seed seed of every random choice
 * @param plan the training plan, flat
 * @param versions versions of what it was made with
 * @param created when it was made
 */
public record Provenance(
    String producer,
    String dataDigest,
    long seed,
    SortedMap<String, String> plan,
    SortedMap<String, String> versions,
    Instant created) {
  /** Copies the maps. */
  public Provenance {
    plan = Collections.unmodifiableSortedMap(new TreeMap<>(plan));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }
}
