package dev.flipside.api.access;

import java.util.Set;

/** Roles of API keys; each role includes the previous ones. */
public final class Roles {
  /** May view campaigns, lease regions, label or skip them, and correct own labels. */
  public static final String ANNOTATOR = "annotator";

  /**
   * May also create, score, export, close and delete campaigns, train on them and review labels.
   */
  public static final String OPERATOR = "operator";

  /** May also add and activate models. */
  public static final String ADMIN = "admin";

  private Roles() {}

  /** Returns a role and all roles it includes. */
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
