/** Labelled data sets: downloads CamVid, and checks a data set for faults. */
@NullMarked
package dev.flipside.tools.dataset;

import org.jspecify.annotations.NullMarked;
