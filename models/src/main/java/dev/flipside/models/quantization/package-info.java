/**
 * Post-training quantisation of a network to 8 bits: transformations of ONNX graphs, and what is
 * learned between them from the values that the network takes on images.
 */
@NullMarked
package dev.flipside.models.quantization;

import org.jspecify.annotations.NullMarked;
