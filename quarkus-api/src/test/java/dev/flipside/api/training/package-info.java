/** Rounds of training and the labels that they learn from, over HTTP. */
@NullMarked
package dev.flipside.api.training;

import org.jspecify.annotations.NullMarked;
