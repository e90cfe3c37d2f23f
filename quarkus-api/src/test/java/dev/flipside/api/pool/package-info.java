/** Images of a pool and regions of an image, over HTTP. */
@NullMarked
package dev.flipside.api.pool;

import org.jspecify.annotations.NullMarked;
