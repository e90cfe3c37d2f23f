package dev.flipside.trainer.data;

import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.pool.PoolImage;
import java.util.function.Supplier;

/**
 * An image of which only some pixels may be labelled; the others have the ignore index. These are
 * skipped by the cross-entropy but not by self-consistency.
 *
 * @param image the image
 * @param labels supplies the label map, with the size of the image file or of training; called in
 *     every epoch, from any thread
 */
public record PartiallyLabelledImage(PoolImage image, Supplier<LabelMap> labels) {}
