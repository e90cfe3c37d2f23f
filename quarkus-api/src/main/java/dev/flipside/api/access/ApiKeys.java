package dev.flipside.api.access;

import dev.flipside.api.config.FlipsideConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The configured API keys, as SHA-256 hashes. Keys are long and random, so a fast hash is
 * sufficient.
 */
@Singleton
final class ApiKeys {
  /** Owner of a key. */
  record Owner(String name, String role) {}

  private final Map<Owner, byte[]> sha256 = new LinkedHashMap<>();

  @Inject
  ApiKeys(FlipsideConfig config) {
    config
        .security()
        .keys()
        .forEach(
            (name, key) ->
                sha256.put(new Owner(name, key.role()), HexFormat.of().parseHex(key.sha256())));
  }

  /** Returns whether no keys are configured, so that none are required. */
  boolean none() {
    return sha256.isEmpty();
  }

  /** Returns the owner of a key. Hashes are compared in constant time. */
  Optional<Owner> owner(String key) {
    byte[] asked = sha256(key);
    return sha256.entrySet().stream()
        .filter(each -> MessageDigest.isEqual(each.getValue(), asked))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
