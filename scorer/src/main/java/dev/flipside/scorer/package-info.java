/** A pool of images in, region scores and a selection out: images, ONNX Runtime, acquisition. */
@NullMarked
package dev.flipside.scorer;

import org.jspecify.annotations.NullMarked;
