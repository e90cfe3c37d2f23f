package dev.flipside.api.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/** Thrown to reject a request; converted to the problem details of the response. */
public final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient Map<String, Object> members;

  private ApiProblem(ProblemType type, String detail, Map<String, Object> members) {
    super(detail);
    this.type = type;
    this.members = members;
  }

  /**
   * Creates a problem.
   *
   * @param detail error with expected and found values and the remedy; must be understandable on
   *     its own
   */
  public static ApiProblem of(ProblemType type, String detail) {
    return new ApiProblem(type, detail, Map.of());
  }

  /**
   * Creates a problem of a resource that does not exist: {@code Campaign "x" not found. …}.
   *
   * @param what kind of resource, for example {@code campaign}
   * @param id id in the request
   * @param remedy a sentence on what to do
   */
  public static ApiProblem notFound(String what, String id, String remedy) {
    String kind = Character.toUpperCase(what.charAt(0)) + what.substring(1);
    return of(ProblemType.NOT_FOUND, kind + " \"" + id + "\" not found. " + remedy);
  }

  /** Returns a copy with an additional member. */
  public ApiProblem with(String member, Object value) {
    Map<String, Object> extended = new LinkedHashMap<>(members);
    extended.put(member, value);
    return new ApiProblem(type, detail(), extended);
  }

  /** Returns the type of the problem. */
  public ProblemType type() {
    return type;
  }

  /** Returns the message for the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** Returns the members beyond those of RFC 9457. */
  Map<String, Object> members() {
    return members;
  }
}
