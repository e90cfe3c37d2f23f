package dev.flipside.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.flipside.api.config.DataFolder;
import dev.flipside.models.domain.FlipsideException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpClosedException;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Maps all exceptions to problem details (RFC 9457). */
public final class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  private final DataFolder data;

  @Inject
  ProblemMappers(DataFolder data) {
    this.data = data;
  }

  /** Returns the response for a problem. */
  public static Response respond(ApiProblem problem) {
    ProblemType type = problem.type();
    Response.ResponseBuilder response =
        Problem.of(type, type.status(), problem.detail(), problem.members()).response();
    if (problem.members().get("retryAfterSeconds") instanceof Number seconds) {
      response.header(HttpHeaders.RETRY_AFTER, seconds);
    }
    return response.build();
  }

  @ServerExceptionMapper
  Response refused(ApiProblem problem) {
    return respond(problem);
  }

  @ServerExceptionMapper
  Response unusable(FlipsideException failure) {
    if (FullDisk.caused(failure)) {
      return diskFull(failure);
    }
    LOG.debugf(failure, "refused: %s", failure.getMessage());
    return plain(ProblemType.UNUSABLE, String.valueOf(failure.getMessage()));
  }

  @ServerExceptionMapper
  Response invalid(ConstraintViolationException violation) {
    List<Map<String, String>> errors =
        violation.getConstraintViolations().stream()
            .map(each -> Map.of("field", field(each), "message", each.getMessage()))
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .toList();
    String detail =
        errors.stream()
            .map(each -> each.get("field") + ": " + each.get("message"))
            .collect(Collectors.joining("; "));
    return Problem.of(ProblemType.BAD_REQUEST, 400, detail, Map.of("errors", errors))
        .response()
        .build();
  }

  @ServerExceptionMapper
  Response mismatched(MismatchedInputException mismatch) {
    return plain(ProblemType.BAD_REQUEST, describe(mismatch));
  }

  @ServerExceptionMapper
  Response web(WebApplicationException failure) {
    int status = failure.getResponse().getStatus();
    if (status < 400) {
      return failure.getResponse();
    }
    ProblemType type = ProblemType.ofStatus(status);
    if (status >= 500) {
      LOG.errorf(failure, "request failed");
    }
    String detail =
        failure.getCause() instanceof JsonProcessingException json ? describe(json) : words(status);
    Response.ResponseBuilder response = Problem.of(type, status, detail, Map.of()).response();
    String allowed = failure.getResponse().getHeaderString(HttpHeaders.ALLOW);
    if (allowed != null) {
      response.header(HttpHeaders.ALLOW, allowed);
    }
    return response.build();
  }

  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  Response unauthorized(Exception failure) {
    LOG.debugf(failure, "unauthorized");
    return Problem.of(
            ProblemType.UNAUTHORIZED,
            401,
            "no known API key; send it as \"Authorization: Bearer KEY\" or \"X-Api-Key: KEY\"",
            Map.of())
        .response()
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"flipside\"")
        .build();
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException failure) {
    LOG.debugf(failure, "forbidden");
    return plain(
        ProblemType.FORBIDDEN,
        "the role of this API key does not allow it; use a key of a higher role (annotator,"
            + " operator, admin)");
  }

  @ServerExceptionMapper
  Response failed(Throwable failure) {
    if (FullDisk.caused(failure)) {
      return diskFull(failure);
    }
    if (isClosedByClient(failure)) {
      LOG.debugf(failure, "the connection was closed before the body had arrived");
      return plain(ProblemType.BAD_REQUEST, "the body ended early; send it again");
    }
    LOG.error("request failed", failure);
    return plain(
        ProblemType.INTERNAL,
        "a fault of the service, not of the request; its log has the cause under the request id");
  }

  private static boolean isClosedByClient(Throwable failure) {
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof HttpClosedException || each instanceof ClosedChannelException) {
        return true;
      }
    }
    return false;
  }

  private Response diskFull(Throwable failure) {
    LOG.errorf("no space is left on the disk of %s: %s", data.root(), failure.getMessage());
    return plain(
        ProblemType.DISK_FULL,
        "no space is left on the disk of "
            + data.root()
            + " (flipside.data-dir). Nothing was changed; free some space, then try again");
  }

  private static Response plain(ProblemType type, String detail) {
    return Problem.of(type, type.status(), detail, Map.of()).response().build();
  }

  private static String field(ConstraintViolation<?> violation) {
    @Nullable String last = null;
    StringBuilder path = new StringBuilder();
    int depth = 0;
    for (Path.Node node : violation.getPropertyPath()) {
      last = node.getName();
      if (depth++ >= 2 && last != null) {
        path.append(path.isEmpty() ? "" : ".").append(last);
      }
    }
    return path.isEmpty() ? String.valueOf(last) : path.toString();
  }

  /** Describes a JSON error without Java class names. */
  private static String describe(JsonProcessingException failure) {
    String where = "";
    if (failure instanceof JsonMappingException mapping) {
      where =
          mapping.getPath().stream()
              .map(
                  each ->
                      each.getFieldName() == null
                          ? "[" + each.getIndex() + "]"
                          : each.getFieldName())
              .collect(Collectors.joining("."));
    }
    if (failure instanceof UnrecognizedPropertyException unknown) {
      return "request body: unknown member \""
          + unknown.getPropertyName()
          + "\"; known are "
          + unknown.getKnownPropertyIds();
    }
    if (failure instanceof MismatchedInputException) {
      return "request body: "
          + (where.isEmpty() ? "the value" : "\"" + where + "\"")
          + " is missing or of another JSON type than the API document says; see /q/openapi";
    }
    return "request body: not valid JSON"
        + (failure.getLocation() == null
            ? ""
            : " at line "
                + failure.getLocation().getLineNr()
                + ", column "
                + failure.getLocation().getColumnNr());
  }

  private static String words(int status) {
    return switch (status) {
      case 404 -> "there is nothing at this path; see /q/openapi";
      case 405 -> "the path exists, but not with this method; see /q/openapi";
      case 406 -> "none of the types in the Accept header is offered here; see /q/openapi";
      case 415 -> "the Content-Type is not one that this path takes; see /q/openapi";
      case 413 -> "the content is larger than the service takes";
      default ->
          status >= 500
              ? "a fault of the service, not of the request"
              : "the request cannot be read; see /q/openapi";
    };
  }
}
