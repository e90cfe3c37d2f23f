package dev.flipside.models.inspection;

/**
 * An inferred card field.
 *
 * @param field field of the card, such as {@code output.meaning}
 * @param value inferred value
 * @param reason explanation for the user
 * @param assumed whether the value is a default that the model does not confirm; the user should
 *     check it
 */
public record Guess(String field, String value, String reason, boolean assumed) {}
