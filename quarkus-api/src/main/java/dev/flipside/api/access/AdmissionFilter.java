package dev.flipside.api.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.Problem;
import dev.flipside.api.problem.ProblemType;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Filters requests before authentication: assigns a request id, and rejects requests that are too
 * large, too frequent, or sent through a foreign host name.
 */
@Singleton
final class AdmissionFilter {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final Pattern UPLOAD =
      Pattern.compile("/api/models|/api/campaigns/[^/]+/(import|regions/[^/]+/label)");
  private static final Pattern GUARDED = Pattern.compile("/(api|activelearning|info)(/|$)");
  private static final int BEFORE_AUTHENTICATION = 1000;

  private final FlipsideConfig.Limits limits;
  private final ApiKeys keys;
  private final RateLimit rate;
  private final Semaphore places;
  private final ObjectMapper json;

  @Inject
  AdmissionFilter(FlipsideConfig config, ApiKeys keys, ObjectMapper json) {
    this.limits = config.limits();
    this.keys = keys;
    this.rate = new RateLimit(limits.requestsPerSecond(), System::nanoTime);
    this.places = new Semaphore(limits.concurrentRequests());
    this.json = json;
  }

  void register(@Observes Filters filters) {
    filters.register(this::admit, BEFORE_AUTHENTICATION);
  }

  private void admit(RoutingContext context) {
    String id = requestId(context.request().getHeader("X-Request-Id"));
    MDC.put("requestId", id);
    context.response().putHeader("X-Request-Id", id);
    context.response().putHeader("X-Content-Type-Options", "nosniff");
    if (GUARDED.matcher(context.normalizedPath()).lookingAt()) {
      admitToApi(context);
    } else {
      context.next();
    }
  }

  private void admitToApi(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (keys.none() && !namesLoopback(request.authority())) {
      refuse(
          context,
          ProblemType.FORBIDDEN,
          403,
          "the Host header names another machine than this one; without API keys the service"
              + " answers to localhost only");
    } else if (!declaresSize(request) && !UPLOAD.matcher(context.normalizedPath()).matches()) {
      refuse(
          context,
          ProblemType.BAD_REQUEST,
          411,
          "a request body without Content-Length; send its length");
    } else if (size(request) > limit(context)) {
      refuse(
          context,
          ProblemType.TOO_LARGE,
          413,
          "the content has "
              + size(request)
              + " bytes, this path takes "
              + limit(context)
              + "; the limits are set by flipside.limits");
    } else if (!rate.admits(client(context))) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
      refuse(
          context,
          ProblemType.TOO_MANY,
          429,
          "more than "
              + limits.requestsPerSecond()
              + " requests a second; send fewer, or raise flipside.limits.requests-per-second");
    } else if (!places.tryAcquire()) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
      refuse(
          context,
          ProblemType.TOO_MANY,
          429,
          limits.concurrentRequests()
              + " requests are in work; try again, or raise flipside.limits.concurrent-requests");
    } else {
      AtomicBoolean left = new AtomicBoolean();
      context.addEndHandler(
          ended -> {
            if (left.compareAndSet(false, true)) {
              places.release();
            }
          });
      context.next();
    }
  }

  private long limit(RoutingContext context) {
    String path = context.normalizedPath();
    if (path.equals("/api/models")) {
      return limits.model();
    }
    return UPLOAD.matcher(path).matches() ? limits.label() : limits.json();
  }

  private String client(RoutingContext context) {
    return ApiKeyAuthentication.key(context)
        .flatMap(keys::owner)
        .map(owner -> "key " + owner.name())
        .orElseGet(() -> String.valueOf(context.request().remoteAddress().hostAddress()));
  }

  private void refuse(RoutingContext context, ProblemType type, int status, String detail) {
    String requestId = context.response().headers().get("X-Request-Id");
    Problem problem = new Problem(type.urn(), type.title(), status, detail, requestId, Map.of());
    try {
      context
          .response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE.toString())
          // The body was not read, so the connection cannot be reused.
          .putHeader(HttpHeaders.CONNECTION, "close")
          .end(json.writeValueAsString(problem))
          .onFailure(context::fail);
    } catch (JsonProcessingException e) {
      context.fail(e);
    }
  }

  private static boolean declaresSize(HttpServerRequest request) {
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null;
  }

  private static long size(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  /** Returns whether the host is absent or a loopback name, which DNS rebinding cannot redirect. */
  private static boolean namesLoopback(@Nullable HostAndPort authority) {
    if (authority == null) {
      return true;
    }
    String host = authority.host();
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("::1")
        || host.equals("[::1]");
  }

  private static String requestId(@Nullable String given) {
    return given != null && REQUEST_ID.matcher(given).matches()
        ? given
        : UUID.randomUUID().toString();
  }
}
