/** Images of a pool and its regions, and renderings of model outputs. */
@NullMarked
package dev.flipside.api.picture;

import org.jspecify.annotations.NullMarked;
