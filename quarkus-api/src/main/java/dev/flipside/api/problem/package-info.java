/** Problem details (RFC 9457) for all errors of the service. */
@NullMarked
package dev.flipside.api.problem;

import org.jspecify.annotations.NullMarked;
