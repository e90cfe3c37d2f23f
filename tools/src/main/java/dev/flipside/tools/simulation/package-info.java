/** Simulated campaigns as in the paper: ground truth replaces the annotator. */
@NullMarked
package dev.flipside.tools.simulation;

import org.jspecify.annotations.NullMarked;
