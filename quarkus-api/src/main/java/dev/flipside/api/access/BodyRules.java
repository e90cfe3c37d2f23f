package dev.flipside.api.access;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Limits the size of request bodies by path, and requires their type and length. */
final class BodyRules {
  private static final Pattern MODELS =
      Pattern.compile("/api/models|/api/campaigns/[^/]+/rounds/[^/]+/model");
  private static final Pattern LABELS =
      Pattern.compile("/api/campaigns/[^/]+/(import|regions/[^/]+/label)");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

  private final FlipsideConfig.Limits limits;

  BodyRules(FlipsideConfig.Limits limits) {
    this.limits = limits;
  }

  /**
   * @param path normalized path
   */
  @Nullable Refusal check(HttpServerRequest request, String path) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean chunked = request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    if (length != null && !DIGITS.matcher(length).matches()) {
      return Refusal.of(ProblemType.BAD_REQUEST, "Content-Length: expected a number of bytes");
    }
    long bytes = length == null ? 0 : Long.parseLong(length);
    if (chunked && !isUpload(path)) {
      return new Refusal(
          ProblemType.BAD_REQUEST, 411, "a request body without Content-Length; send its length");
    }
    if (bytes > limit(path)) {
      return Refusal.of(
          ProblemType.TOO_LARGE,
          "the content has "
              + bytes
              + " bytes, this path takes "
              + limit(path)
              + "; the limits are set by flipside.limits");
    }
    if ((bytes > 0 || chunked) && request.getHeader(HttpHeaders.CONTENT_TYPE) == null) {
      return Refusal.of(
          ProblemType.UNSUPPORTED_TYPE,
          "a request body without Content-Type; send its type, see /q/openapi");
    }
    return null;
  }

  /** Returns whether a body follows; one over HTTP/2 that does not declare its length may not. */
  static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || (length != null && !length.equals("0"));
  }

  /** Returns the maximum size of a body in bytes; paths that are not uploads take JSON. */
  long limit(String path) {
    if (isModel(path)) {
      return limits.model();
    }
    return isUpload(path) ? limits.label() : limits.json();
  }

  private static boolean isUpload(String path) {
    return isModel(path) || LABELS.matcher(path).matches();
  }

  private static boolean isModel(String path) {
    return MODELS.matcher(path).matches();
  }
}
