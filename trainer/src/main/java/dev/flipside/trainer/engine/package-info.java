/** Starts libtorch through DJL, verifies its convolutions, and selects devices. */
@NullMarked
package dev.flipside.trainer.engine;

import org.jspecify.annotations.NullMarked;
