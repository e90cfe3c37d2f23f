/** Decoded pictures and label maps; the only users of OpenCV. */
@NullMarked
package dev.flipside.scorer.image;

import org.jspecify.annotations.NullMarked;
