package dev.flipside.api.access;

import dev.flipside.api.problem.ProblemType;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other origins from changing anything, by the fetch metadata that browsers send
 * ({@code Sec-Fetch-Site}) and by {@code Origin}. Pages of the configured origins may (CORS).
 */
final class OriginCheck {
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
  private static final int PREFLIGHT_SECONDS = 600;

  private final Set<String> allowed;
  private final Handler<RoutingContext> cors;

  /**
   * @param allowed origins such as {@code https://labels.example.org}
   * @throws IllegalArgumentException if one is not scheme, host and optional port
   */
  OriginCheck(List<String> allowed) {
    allowed.forEach(OriginCheck::requireOrigin);
    this.allowed = Set.copyOf(allowed);
    this.cors =
        CorsHandler.create()
            .addOrigins(allowed)
            .allowedMethods(
                Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.POST, HttpMethod.DELETE))
            .allowedHeaders(
                Set.of(
                    "Authorization",
                    "Content-Type",
                    "Idempotency-Key",
                    "If-None-Match",
                    "Prefer",
                    "X-Api-Key",
                    "X-Request-Id"))
            .exposedHeaders(
                Set.of("ETag", "Flipside-Left-Out", "Location", "Retry-After", "X-Request-Id"))
            .maxAgeSeconds(PREFLIGHT_SECONDS);
  }

  private static void requireOrigin(String origin) {
    try {
      URI uri = new URI(origin);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.toString().equals(uri.getScheme() + "://" + uri.getRawAuthority())) {
        return;
      }
    } catch (URISyntaxException ignored) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "flipside.http.cors.origins: \""
            + origin
            + "\" is no origin; expected scheme://host or scheme://host:port, nothing after it");
  }

  /** Returns whether a request may change something, by its method. */
  static boolean mayChange(HttpServerRequest request) {
    return !SAFE.contains(request.method());
  }

  @Nullable Refusal check(HttpServerRequest request) {
    if (!mayChange(request) || !isForeign(request)) {
      return null;
    }
    return Refusal.of(
        ProblemType.FORBIDDEN,
        "the request comes from a web page of another origin; add its origin to"
            + " flipside.http.cors.origins if it may use the service");
  }

  /** Answers preflight requests of the configured origins, and lets their pages read answers. */
  void allowConfigured(RoutingContext context) {
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && allowed.contains(origin)) {
      cors.handle(context);
    } else {
      context.next();
    }
  }

  private boolean isForeign(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && allowed.contains(origin)) {
      return false;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return !OWN_SITE.contains(site);
    }
    return origin != null && !isOwn(origin, request);
  }

  /** Compares without the scheme, which a TLS proxy in front of the service changes. */
  private static boolean isOwn(String origin, HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    String own = host == null ? String.valueOf(request.authority()) : host;
    return origin
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^https?://", "")
        .equals(own.toLowerCase(Locale.ROOT));
  }
}
