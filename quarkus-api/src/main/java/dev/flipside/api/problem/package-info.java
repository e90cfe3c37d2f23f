/** Every refusal of the service, as problem details of RFC 9457. */
@NullMarked
package dev.flipside.api.problem;

import org.jspecify.annotations.NullMarked;
