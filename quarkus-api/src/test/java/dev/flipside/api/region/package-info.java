/** Labels and their history, over HTTP. */
@NullMarked
package dev.flipside.api.region;

import org.jspecify.annotations.NullMarked;
