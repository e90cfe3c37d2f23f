/** Metrics of segmentations: confusion matrix, IoU, accuracy. */
@NullMarked
package dev.flipside.scorer.metrics;

import org.jspecify.annotations.NullMarked;
