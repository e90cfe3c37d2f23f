/**
 * Post-training quantization of models to 8 bits: graph transformations, and calibration on
 * activations.
 */
@NullMarked
package dev.flipside.models.quantization;

import org.jspecify.annotations.NullMarked;
