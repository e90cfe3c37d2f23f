/** The structure of image files: what they declare, checked before any pixel is decoded. */
@NullMarked
package dev.flipside.scorer.image.format;

import org.jspecify.annotations.NullMarked;
