/** Finds GPUs and the shared libraries that execution providers for them need. */
@NullMarked
package dev.flipside.scorer.inference.gpu;

import org.jspecify.annotations.NullMarked;
