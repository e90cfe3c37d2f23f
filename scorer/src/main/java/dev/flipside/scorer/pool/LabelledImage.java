package dev.flipside.scorer.pool;

import java.nio.file.Path;

/**
 * An image with the file that holds the class id of each of its pixels.
 *
 * @param image the image
 * @param label the label file
 */
public record LabelledImage(PoolImage image, Path label) {}
