/** Resources for the images of a pool and the regions of an image. */
@NullMarked
package dev.flipside.api.pool;

import org.jspecify.annotations.NullMarked;
