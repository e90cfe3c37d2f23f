package dev.flipside.scorer.pool;

import java.nio.file.Path;

/**
 * An image with its label file.
 *
 * @param image the image
 * @param label file with the class ID of each pixel
 */
public record LabelledImage(PoolImage image, Path label) {}
