/** Runs a network once on a picture and describes its numbers. */
@NullMarked
package dev.flipside.models.probe;

import org.jspecify.annotations.NullMarked;
