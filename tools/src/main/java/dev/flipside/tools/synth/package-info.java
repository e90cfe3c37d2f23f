/** Generates synthetic street scenes with labels. */
@NullMarked
package dev.flipside.tools.synth;

import org.jspecify.annotations.NullMarked;
