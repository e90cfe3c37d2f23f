package dev.flipside.scorer.scores;

/**
 * An image that could not be scored.
 *
 * @param image ID of the image
 * @param error reason, a complete message
 */
public record ImageFailure(String image, String error) implements ImageResult {}
