/** The REST service: thin resources over the campaign store and the pool scorer. */
@NullMarked
package dev.flipside.api;

import org.jspecify.annotations.NullMarked;
