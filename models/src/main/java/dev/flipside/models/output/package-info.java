/** Reads from a graph what its outputs are computed from. */
@NullMarked
package dev.flipside.models.output;

import org.jspecify.annotations.NullMarked;
