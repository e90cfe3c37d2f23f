/** Pools of images, and the layouts of labelled data sets. */
@NullMarked
package dev.flipside.scorer.pool;

import org.jspecify.annotations.NullMarked;
