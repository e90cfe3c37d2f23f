/**
 * The training engine, libtorch through DJL: starting it, checking what it computes, its devices,
 * versions and native memory.
 */
@NullMarked
package dev.flipside.trainer.engine;

import org.jspecify.annotations.NullMarked;
