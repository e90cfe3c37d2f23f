package dev.flipside.api.access;

import dev.flipside.api.problem.ProblemType;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses paths that routing could read in another way than the guard: with path parameters ({@code
 * ;x}), empty or dot segments, or encoded separators. Every other path has one reading.
 */
final class RequestPath {
  private static final Set<String> PROBES =
      Set.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started");

  /** Encoded: NUL, percent, dot, slash, semicolon, backslash. */
  private static final Pattern AMBIGUOUS =
      Pattern.compile("[;\\\\]|//|/\\.{1,2}(/|$)|(?i:%(00|25|2e|2f|3b|5c))");

  private RequestPath() {}

  static @Nullable Refusal check(HttpServerRequest request) {
    String path = request.path();
    if (path == null || !path.startsWith("/") || AMBIGUOUS.matcher(path).find()) {
      return Refusal.of(
          ProblemType.BAD_REQUEST,
          "the path has path parameters, empty or dot segments, or encoded separators; send it as"
              + " the API document (/q/openapi) writes it");
    }
    return null;
  }

  /** Returns whether a path is a health probe, which must be answered however busy the service. */
  static boolean isProbe(HttpServerRequest request) {
    return PROBES.contains(request.path());
  }
}
