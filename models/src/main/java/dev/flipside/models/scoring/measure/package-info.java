/** Measures of the classes of a pixel as nodes of a graph. */
@NullMarked
package dev.flipside.models.scoring.measure;

import org.jspecify.annotations.NullMarked;
