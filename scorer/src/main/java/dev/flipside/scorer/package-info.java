/**
 * Scores pools of images and selects regions: images, pools, inference with ONNX Runtime,
 * acquisition functions, selection, annotation formats and metrics.
 */
@NullMarked
package dev.flipside.scorer;

import org.jspecify.annotations.NullMarked;
