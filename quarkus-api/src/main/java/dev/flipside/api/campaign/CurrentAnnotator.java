package dev.flipside.api.campaign;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Says in whose name a request is made. */
@Singleton
public final class CurrentAnnotator {
  private final SecurityIdentity identity;

  @Inject
  CurrentAnnotator(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** The annotator that a request names, or the owner of its API key. */
  public String of(@Nullable String named) {
    return named == null || named.isBlank() ? identity.getPrincipal().getName() : named.strip();
  }
}
