/** Runs a model once on a synthetic image and describes its outputs. */
@NullMarked
package dev.flipside.models.probe;

import org.jspecify.annotations.NullMarked;
