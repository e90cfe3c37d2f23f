package dev.flipside.api.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Records each request that may change something, with who sent it and how it ended, as a line of
 * JSON in {@code audit.jsonl} of the data folder (logger {@code flipside.audit}).
 */
@Singleton
final class AuditLog {
  private static final Logger LOG = Logger.getLogger("flipside.audit");

  private final ObjectMapper json;
  private final Clock clock = Clock.systemUTC();

  @Inject
  AuditLog(ObjectMapper json) {
    this.json = json;
  }

  /**
   * Records the request when it has ended.
   *
   * @param who name of the API key, or {@code local} if none are configured, or {@code none}
   */
  void record(RoutingContext context, String who) {
    context.addEndHandler(ended -> LOG.info(line(context, who)));
  }

  private String line(RoutingContext context, String who) {
    HttpServerRequest request = context.request();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("time", clock.instant().toString());
    entry.put("requestId", context.response().headers().get("X-Request-Id"));
    entry.put("who", who);
    entry.put("address", String.valueOf(request.remoteAddress().hostAddress()));
    entry.put("method", request.method().name());
    entry.put("target", request.uri());
    entry.put("status", context.response().getStatusCode());
    entry.put("location", context.response().headers().get("Location"));
    entry.values().removeIf(java.util.Objects::isNull);
    try {
      return json.writeValueAsString(entry);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers are always JSON", e);
    }
  }
}
