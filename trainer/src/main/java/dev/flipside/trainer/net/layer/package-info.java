/** Layers that run in DJL and can add the same computation to an ONNX graph. */
@NullMarked
package dev.flipside.trainer.net.layer;

import org.jspecify.annotations.NullMarked;
