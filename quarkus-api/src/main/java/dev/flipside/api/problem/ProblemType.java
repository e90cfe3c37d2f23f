package dev.flipside.api.problem;

/** The kinds of refusal that a client can tell apart by {@code type}; each has one status. */
public enum ProblemType {
  /** The request is not what the API document describes. */
  BAD_REQUEST(400, "bad-request", "Bad request"),
  /** No or an unknown API key. */
  UNAUTHORIZED(401, "unauthorized", "API key required"),
  /** The key's role does not allow it. */
  FORBIDDEN(403, "forbidden", "Forbidden: the role of the API key does not allow this"),
  /** A path that leaves the configured roots. */
  OUTSIDE_ROOTS(403, "outside-roots", "Path outside the configured roots"),
  /** There is no such thing. */
  NOT_FOUND(404, "not-found", "Not found"),
  /** Another method is meant. */
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
  /** None of the accepted types is offered. */
  NOT_ACCEPTABLE(406, "not-acceptable", "Not acceptable: none of the accepted types is available"),
  /** The state of the resource does not allow it. */
  CONFLICT(409, "conflict", "Conflict with the state of the resource"),
  /** Scores are still being computed, or were never asked for. */
  NOT_SCORED(409, "not-scored", "Campaign not scored yet"),
  /** The campaign was closed. */
  CAMPAIGN_CLOSED(409, "campaign-closed", "Campaign closed"),
  /** The region is not leased, not to this annotator, or already has a label. */
  REGION_STATE(409, "region-state", "Region in another state"),
  /** The same idempotency key came with another request. */
  IDEMPOTENCY_MISMATCH(422, "idempotency-mismatch", "Idempotency key used for another request"),
  /** Too many bytes or pixels. */
  TOO_LARGE(413, "too-large", "Content too large"),
  /** Content of a type that the resource does not take. */
  UNSUPPORTED_TYPE(415, "unsupported-type", "Unsupported media type"),
  /** A request that was read and understood, but names something unusable. */
  UNUSABLE(422, "unusable", "Unusable value in the request"),
  /** Too many requests or jobs. */
  TOO_MANY(429, "too-many", "Too many requests"),
  /** A fault of the service. */
  INTERNAL(500, "internal", "Internal server error"),
  /** The service starts or stops. */
  UNAVAILABLE(503, "unavailable", "Service unavailable");

  private final int status;
  private final String slug;
  private final String title;

  ProblemType(int status, String slug, String title) {
    this.status = status;
    this.slug = slug;
    this.title = title;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** The {@code type} member: {@code urn:flipside:problem:…}. */
  public String urn() {
    return "urn:flipside:problem:" + slug;
  }

  /** The {@code title} member: the same for every occurrence. */
  public String title() {
    return title;
  }

  /** The type that stands for a bare HTTP status. */
  static ProblemType ofStatus(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 409 -> CONFLICT;
      case 413 -> TOO_LARGE;
      case 415 -> UNSUPPORTED_TYPE;
      case 422 -> UNUSABLE;
      case 429 -> TOO_MANY;
      case 503 -> UNAVAILABLE;
      default -> status >= 500 ? INTERNAL : BAD_REQUEST;
    };
  }
}
