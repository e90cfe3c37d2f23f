/** Images of a pool for people to look at: whole, cut out, with what the model makes of them. */
@NullMarked
package dev.flipside.api.picture;

import org.jspecify.annotations.NullMarked;
