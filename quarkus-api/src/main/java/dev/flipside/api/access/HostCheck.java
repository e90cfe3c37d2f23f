package dev.flipside.api.access;

import dev.flipside.api.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that name the service by an unknown host, as a web page does whose own name was
 * pointed at this machine (DNS rebinding). Known are loopback names and the configured ones; if API
 * keys are configured, also addresses, which cannot be rebound. A request with a valid key may name
 * any host unless names are configured, because a web page does not have the key.
 */
final class HostCheck {
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[?::1\\]?");
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-fA-F]*:[0-9a-fA-F:.]*\\]?");
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]*).*");

  private final Set<String> names;
  private final boolean keysRequired;

  /**
   * @param names configured host names, without port
   * @param keysRequired whether API keys are configured
   */
  HostCheck(List<String> names, boolean keysRequired) {
    this.names =
        names.stream().map(each -> each.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    this.keysRequired = keysRequired;
  }

  /**
   * Checks all hosts that a request names: {@code Host}, {@code :authority} and that of a URI in
   * absolute form.
   *
   * @param hasValidKey whether the request has a known API key
   */
  @Nullable Refusal check(HttpServerRequest request, boolean hasValidKey) {
    List<String> named = named(request);
    if (named.isEmpty() && request.version() != HttpVersion.HTTP_1_0) {
      return malformed("no host is named");
    }
    if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
      return malformed("several Host headers");
    }
    for (String authority : named) {
      HostAndPort host = HostAndPort.parseAuthority(authority, -1);
      if (host == null) {
        return malformed("the Host is no name or address with an optional port");
      }
      if (!isKnown(host.host(), hasValidKey)) {
        return unknown();
      }
    }
    return null;
  }

  private static List<String> named(HttpServerRequest request) {
    List<String> named = new ArrayList<>(request.headers().getAll(HttpHeaders.HOST));
    HostAndPort authority = request.authority();
    if (authority != null) {
      named.add(authority.toString());
    }
    if (!request.uri().startsWith("/")) {
      var absolute = ABSOLUTE.matcher(request.uri());
      named.add(absolute.matches() ? absolute.group(1) : "");
    }
    return named;
  }

  private boolean isKnown(String host, boolean hasValidKey) {
    return LOOPBACK.matcher(host).matches()
        || names.contains(host.toLowerCase(Locale.ROOT))
        || (keysRequired && ADDRESS.matcher(host).matches())
        || (hasValidKey && names.isEmpty());
  }

  private static Refusal malformed(String what) {
    return Refusal.of(ProblemType.BAD_REQUEST, "Host header: " + what + "; send exactly one");
  }

  private Refusal unknown() {
    return Refusal.of(
        ProblemType.FORBIDDEN,
        "the Host header names another machine than this one; "
            + (keysRequired
                ? "send a known API key, or add the name to flipside.http.hosts"
                : "without API keys the service answers to localhost only, and to the names in"
                    + " flipside.http.hosts"));
  }
}
