/** DJL: networks, losses, training, export to ONNX, weight import. */
@NullMarked
package dev.flipside.trainer;

import org.jspecify.annotations.NullMarked;
