package dev.flipside.api.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;

/**
 * Authenticates clients by API key, from {@code Authorization: Bearer KEY} or {@code X-Api-Key:
 * KEY}. If no keys are configured, every client is a local administrator; {@link StartupCheck}
 * permits this only on the loopback address.
 */
@Singleton
final class ApiKeyAuthentication implements HttpAuthenticationMechanism {
  private static final String BEARER = "bearer ";

  private final ApiKeys keys;

  @Inject
  ApiKeyAuthentication(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviders) {
    if (keys.none()) {
      return Uni.createFrom().item(identity("local", Roles.ADMIN));
    }
    Optional<String> key = key(context);
    if (key.isEmpty()) {
      return Uni.createFrom().nullItem();
    }
    return keys.owner(key.get())
        .map(owner -> Uni.createFrom().item(identity(owner.name(), owner.role())))
        .orElseGet(
            () -> Uni.createFrom().failure(new AuthenticationFailedException("unknown API key")));
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom()
        .item(new ChallengeData(401, "WWW-Authenticate", "Bearer realm=\"flipside\""));
  }

  /** Returns the API key of a request, without checking it. */
  static Optional<String> key(RoutingContext context) {
    String authorization = context.request().getHeader("Authorization");
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    return Optional.ofNullable(context.request().getHeader("X-Api-Key"));
  }

  private static SecurityIdentity identity(String name, String role) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(name))
        .addRoles(Roles.upTo(role))
        .build();
  }
}
