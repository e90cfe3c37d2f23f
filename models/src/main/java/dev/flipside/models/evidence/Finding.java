package dev.flipside.models.evidence;

/**
 * An inferred card field.
 *
 * @param field field of the card, such as {@code output.meaning}
 * @param value inferred value
 * @param evidence where the value comes from
 * @param reason explanation for the user
 */
public record Finding(String field, String value, FindingSource evidence, String reason) {
  /** Returns whether the value is a default that the model does not confirm. */
  public boolean assumed() {
    return evidence == FindingSource.DEFAULT;
  }
}
