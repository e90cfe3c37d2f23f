/** Post-training quantisation of a network to 8 bits; plain transformations of ONNX graphs. */
@NullMarked
package dev.flipside.models.quantization;

import org.jspecify.annotations.NullMarked;
