/** Labelled and partly labelled images, decoded ahead of the training step. */
@NullMarked
package dev.flipside.trainer.data;

import org.jspecify.annotations.NullMarked;
