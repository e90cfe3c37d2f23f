/** Decoded images and label maps. The only package that uses OpenCV. */
@NullMarked
package dev.flipside.scorer.image;

import org.jspecify.annotations.NullMarked;
