/** The simulated campaign of the paper: ground truth plays the annotator. */
@NullMarked
package dev.flipside.tools.simulation;

import org.jspecify.annotations.NullMarked;
