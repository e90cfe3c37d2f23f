package dev.flipside.trainer.data;

import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.pool.PoolImage;
import java.util.function.Supplier;

/**
 * An image of which some pixels are labelled; the others hold the ignore index. They do not count
 * for cross-entropy and still count for self-consistency.
 *
 * @param image the image
 * @param labels gives its label map, of the size of the image file or of the training; asked again
 *     for every epoch, from any thread
 */
public record PartlyLabelled(PoolImage image, Supplier<LabelMap> labels) {}
