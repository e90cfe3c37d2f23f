package dev.flipside.api.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.problem.Problem;
import dev.flipside.api.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * A request refused before its body is read.
 *
 * @param type type of the problem
 * @param status HTTP status
 * @param detail what is wrong, and the remedy
 */
record Refusal(ProblemType type, int status, String detail) {
  private static final int TOO_MANY = 429;

  static Refusal of(ProblemType type, String detail) {
    return new Refusal(type, type.status(), detail);
  }

  /** Answers with problem details, and closes a connection whose next request may be a body. */
  void send(RoutingContext context, ObjectMapper json) {
    String requestId = context.response().headers().get("X-Request-Id");
    Problem problem = new Problem(type.urn(), type.title(), status, detail, requestId, Map.of());
    if (status == TOO_MANY) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    if (context.request().version() != HttpVersion.HTTP_2) {
      context.response().putHeader(HttpHeaders.CONNECTION, "close");
    }
    try {
      context
          .response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE.toString())
          .end(json.writeValueAsString(problem))
          .onFailure(context::fail);
    } catch (JsonProcessingException e) {
      context.fail(e);
    }
  }
}
