/** Resources for regions: their state, their labels and the history of the labels. */
@NullMarked
package dev.flipside.api.region;

import org.jspecify.annotations.NullMarked;
