/** Synthetic street scenes: a labelled data set for those who have none at hand. */
@NullMarked
package dev.flipside.tools.synth;

import org.jspecify.annotations.NullMarked;
