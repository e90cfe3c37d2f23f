/** A labelled data set whose ground truth replaces the annotator. */
@NullMarked
package dev.flipside.tools.simulation.data;

import org.jspecify.annotations.NullMarked;
