/** A client of the REST service. Depends on the service's API, not on its classes. */
@NullMarked
package dev.flipside.tools.remote;

import org.jspecify.annotations.NullMarked;
