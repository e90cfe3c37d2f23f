/** A client of the REST service; knows its API document, not its classes. */
@NullMarked
package dev.flipside.tools.remote;

import org.jspecify.annotations.NullMarked;
