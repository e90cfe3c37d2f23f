/** Measures CPU time, wall-clock time and memory of scoring and training. */
@NullMarked
package dev.flipside.tools.bench;

import org.jspecify.annotations.NullMarked;
