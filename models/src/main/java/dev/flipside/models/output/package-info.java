/** Traces the outputs of a graph back to the class scores. */
@NullMarked
package dev.flipside.models.output;

import org.jspecify.annotations.NullMarked;
