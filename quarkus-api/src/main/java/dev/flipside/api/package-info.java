/** The REST service: resources on top of the campaign store and the pool scorer. */
@NullMarked
package dev.flipside.api;

import org.jspecify.annotations.NullMarked;
