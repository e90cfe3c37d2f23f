package dev.flipside.api.access;

import java.util.Set;

/** What an API key may do; each role may do what the ones before it may. */
public final class Roles {
  /** Looks at campaigns, takes regions, labels or skips them. */
  public static final String ANNOTATOR = "annotator";

  /** Also makes, scores, exports and closes campaigns. */
  public static final String OPERATOR = "operator";

  /** Also adds and activates models. */
  public static final String ADMIN = "admin";

  private Roles() {}

  /** The role and those below it. */
  static Set<String> upTo(String role) {
    return switch (role) {
      case ANNOTATOR -> Set.of(ANNOTATOR);
      case OPERATOR -> Set.of(ANNOTATOR, OPERATOR);
      case ADMIN -> Set.of(ANNOTATOR, OPERATOR, ADMIN);
      default ->
          throw new IllegalArgumentException(
              "role \"" + role + "\": expected annotator, operator or admin");
    };
  }
}
