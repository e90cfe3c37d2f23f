/**
 * The fully convolutional network, as typed layers that run in DJL and write themselves into ONNX.
 */
@NullMarked
package dev.flipside.trainer.net;

import org.jspecify.annotations.NullMarked;
