package dev.flipside.api.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457), sent as {@code application/problem+json}.
 *
 * @param type URN of the problem type
 * @param title title of the problem type
 * @param status HTTP status
 * @param detail error and remedy
 * @param requestId id of the request, as in the {@code X-Request-Id} header and the log
 * @param members additional members of the problem type, serialized at the top level
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Problem", description = "Problem details (RFC 9457).")
public record Problem(
    @Schema(examples = "urn:flipside:problem:not-found") String type,
    @Schema(examples = "Not found") String title,
    @Schema(examples = "404") int status,
    @Schema(examples = "Campaign \"x\" not found. GET /api/campaigns lists all campaigns.")
        String detail,
    @Nullable String requestId,
    @JsonAnyGetter @Schema(hidden = true) Map<String, Object> members) {

  /** The media type of problem details. */
  public static final MediaType MEDIA_TYPE = new MediaType("application", "problem+json");

  static Problem of(ProblemType type, int status, String detail, Map<String, Object> members) {
    return new Problem(
        type.urn(), type.title(), status, detail, (String) MDC.get("requestId"), members);
  }

  /** Returns a response with these details. */
  public Response.ResponseBuilder response() {
    return Response.status(status).type(MEDIA_TYPE).entity(this);
  }
}
