/** A labelled data set whose ground truth plays the annotator. */
@NullMarked
package dev.flipside.tools.simulation.data;

import org.jspecify.annotations.NullMarked;
