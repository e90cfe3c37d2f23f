package dev.flipside.models.inspection;

/**
 * One thing worked out about a model.
 *
 * @param field what, in the words of the card, such as {@code output.meaning}
 * @param value what it was found to be
 * @param reason why
 * @param assumed whether nothing in the model tells it, so that the user should check
 */
public record Guess(String field, String value, String reason, boolean assumed) {}
