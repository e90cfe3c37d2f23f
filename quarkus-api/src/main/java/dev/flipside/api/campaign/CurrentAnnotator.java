package dev.flipside.api.campaign;

import dev.flipside.api.access.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Determines the annotator of a request. */
@Singleton
public final class CurrentAnnotator {
  private final SecurityIdentity identity;

  @Inject
  CurrentAnnotator(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Returns the annotator named in the request, or else the name of its API key. */
  public String of(@Nullable String named) {
    return named == null || named.isBlank() ? identity.getPrincipal().getName() : named.strip();
  }

  /** Returns whether the request comes from an operator. */
  public boolean isOperator() {
    return identity.hasRole(Roles.OPERATOR);
  }
}
