/** Reads from a graph what it does with its input first. */
@NullMarked
package dev.flipside.models.input;

import org.jspecify.annotations.NullMarked;
