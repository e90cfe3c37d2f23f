/** Acquisition functions and their names. */
@NullMarked
package dev.flipside.scorer.acquisition;

import org.jspecify.annotations.NullMarked;
