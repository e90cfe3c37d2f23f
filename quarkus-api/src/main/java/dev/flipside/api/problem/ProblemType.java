package dev.flipside.api.problem;

/** Problem types that clients can distinguish by {@code type}; each has one HTTP status. */
public enum ProblemType {
  /** The request does not match the API document. */
  BAD_REQUEST(400, "bad-request", "Bad request"),
  /** API key missing or unknown. */
  UNAUTHORIZED(401, "unauthorized", "API key required"),
  /** The role of the API key does not allow the operation. */
  FORBIDDEN(403, "forbidden", "Forbidden: the role of the API key does not allow this"),
  /** A path is not below a configured root. */
  OUTSIDE_ROOTS(403, "outside-roots", "Path outside the configured roots"),
  /** The resource does not exist. */
  NOT_FOUND(404, "not-found", "Not found"),
  /** The path does not support the method. */
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
  /** None of the accepted types is available. */
  NOT_ACCEPTABLE(406, "not-acceptable", "Not acceptable: none of the accepted types is available"),
  /** The operation is not possible in the state of the resource. */
  CONFLICT(409, "conflict", "Conflict with the state of the resource"),
  /** The campaign is not scored yet. */
  NOT_SCORED(409, "not-scored", "Campaign not scored yet"),
  /** The campaign is closed. */
  CAMPAIGN_CLOSED(409, "campaign-closed", "Campaign closed"),
  /** The region is not leased to this annotator, or is already labeled or skipped. */
  REGION_STATE(409, "region-state", "Region in another state"),
  /** The idempotency key was used for another request. */
  IDEMPOTENCY_MISMATCH(422, "idempotency-mismatch", "Idempotency key used for another request"),
  /** The resource was changed since the client read it. */
  OUTDATED(412, "outdated", "Changed since it was read"),
  /** Too many bytes or pixels. */
  TOO_LARGE(413, "too-large", "Content too large"),
  /** The resource does not accept the content type. */
  UNSUPPORTED_TYPE(415, "unsupported-type", "Unsupported media type"),
  /** The request is well-formed but contains an unusable value. */
  UNUSABLE(422, "unusable", "Unusable value in the request"),
  /** Too many requests or jobs. */
  TOO_MANY(429, "too-many", "Too many requests"),
  /** Internal error of the service. */
  INTERNAL(500, "internal", "Internal server error"),
  /** No space is left on a disk of the service. */
  DISK_FULL(507, "disk-full", "No space left"),
  /** The database is unavailable, or the service is starting or stopping. */
  UNAVAILABLE(503, "unavailable", "Service unavailable");

  private final int status;
  private final String slug;
  private final String title;

  ProblemType(int status, String slug, String title) {
    this.status = status;
    this.slug = slug;
    this.title = title;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the {@code type} member: {@code urn:flipside:problem:…}. */
  public String urn() {
    return "urn:flipside:problem:" + slug;
  }

  /** Returns the {@code title} member, the same for all occurrences. */
  public String title() {
    return title;
  }

  /** Returns the type for a bare HTTP status. */
  static ProblemType ofStatus(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 409 -> CONFLICT;
      case 412 -> OUTDATED;
      case 413 -> TOO_LARGE;
      case 415 -> UNSUPPORTED_TYPE;
      case 422 -> UNUSABLE;
      case 429 -> TOO_MANY;
      case 503 -> UNAVAILABLE;
      case 507 -> DISK_FULL;
      default -> status >= 500 ? INTERNAL : BAD_REQUEST;
    };
  }
}
