/** Masked cross-entropy over the views and self-consistency between them (Eq. 5). */
@NullMarked
package dev.flipside.trainer.loss;

import org.jspecify.annotations.NullMarked;
