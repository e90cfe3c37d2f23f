/** Images of a pool and its regions, and renderings of model outputs. */
@NullMarked
package dev.flipside.api.image;

import org.jspecify.annotations.NullMarked;
