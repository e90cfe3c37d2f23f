package dev.flipside.scorer.scores;

/**
 * An image that could not be scored.
 *
 * @param image id of the image
 * @param error why, complete in itself
 */
public record ImageFailure(String image, String error) implements ImageResult {}
