package dev.flipside.api.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ProblemType;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Guards all requests, whatever their path, before authentication and routing: assigns a request
 * id, and refuses requests that are ambiguous, sent through a foreign host name or by a foreign web
 * page, too large, or too frequent. Only health probes are exempt, from the limits on rate and
 * concurrency.
 */
@Singleton
final class AdmissionFilter {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final int BEFORE_AUTHENTICATION = 1000;

  /** Key of the {@link ConcurrencyLimit.Slot} of a request. */
  static final String SLOT = "flipside.slot";

  private final FlipsideConfig.Limits limits;
  private final ApiKeys keys;
  private final HostCheck hosts;
  private final OriginCheck origins;
  private final BodyRules bodies;
  private final RateLimit rate;
  private final ConcurrencyLimit slots;
  private final BodyDeadline deadline;
  private final AuditLog audit;
  private final ObjectMapper json;

  @Inject
  AdmissionFilter(FlipsideConfig config, ApiKeys keys, AuditLog audit, ObjectMapper json) {
    this.limits = config.limits();
    this.keys = keys;
    this.hosts = new HostCheck(config.http().hosts().orElse(List.of()), !keys.none());
    this.origins = new OriginCheck(config.http().cors().origins().orElse(List.of()));
    this.bodies = new BodyRules(limits);
    this.rate = new RateLimit(limits.requestsPerSecond(), System::nanoTime);
    this.slots =
        new ConcurrencyLimit(
            limits.concurrentRequests(), limits.concurrentUploads(), limits.waitingRequests());
    this.deadline = new BodyDeadline(limits.bodyTimeout(), json);
    this.audit = audit;
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
    Refusal refusal = check(context);
    if (refusal != null) {
      refusal.send(context, json);
    } else {
      origins.allowConfigured(context);
    }
  }

  private @Nullable Refusal check(RoutingContext context) {
    HttpServerRequest request = context.request();
    Optional<ApiKeys.Owner> owner = ApiKeyAuthentication.key(context).flatMap(keys::owner);
    Refusal refusal = hosts.check(request, owner.isPresent());
    if (refusal == null) {
      refusal = RequestPath.check(request);
    }
    if (refusal == null) {
      refusal = origins.check(request);
    }
    if (refusal == null) {
      refusal = bodies.check(request, context.normalizedPath());
    }
    return refusal == null && !RequestPath.isProbe(request) ? takePlace(context, owner) : refusal;
  }

  private @Nullable Refusal takePlace(RoutingContext context, Optional<ApiKeys.Owner> owner) {
    String client = client(context.request(), owner);
    if (!rate.admits(client)) {
      return Refusal.of(
          ProblemType.TOO_MANY,
          "more than "
              + limits.requestsPerSecond()
              + " requests a second; send fewer, or raise flipside.limits.requests-per-second");
    }
    boolean upload = BodyRules.hasBody(context.request());
    ConcurrencyLimit.Slot slot =
        slots.take(upload ? ConcurrencyLimit.Kind.UPLOAD : ConcurrencyLimit.Kind.WORK, client);
    if (slot == null) {
      return Refusal.of(
          ProblemType.TOO_MANY,
          upload
              ? limits.concurrentUploads()
                  + " bodies arrive, or half as many of this client; try again, or raise"
                  + " flipside.limits.concurrent-uploads"
              : limits.concurrentRequests()
                  + " requests are in work, or half as many of this client; try again, or raise"
                  + " flipside.limits.concurrent-requests");
    }
    if (OriginCheck.mayChange(context.request())) {
      audit.record(context, keys.none() ? "local" : owner.map(ApiKeys.Owner::name).orElse("none"));
    }
    context.put(SLOT, slot);
    context.addEndHandler(ended -> slot.leave());
    if (upload) {
      context.request().end().onSuccess(received -> slot.received());
      deadline.watch(context);
    }
    return null;
  }

  private static String client(HttpServerRequest request, Optional<ApiKeys.Owner> owner) {
    return owner
        .map(known -> "key " + known.name())
        .orElseGet(() -> String.valueOf(request.remoteAddress().hostAddress()));
  }

  private static String requestId(@Nullable String given) {
    return given != null && REQUEST_ID.matcher(given).matches()
        ? given
        : UUID.randomUUID().toString();
  }
}
