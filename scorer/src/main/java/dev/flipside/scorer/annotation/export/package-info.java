/** Writes labelled images in the formats of annotation tools. */
@NullMarked
package dev.flipside.scorer.annotation.export;

import org.jspecify.annotations.NullMarked;
