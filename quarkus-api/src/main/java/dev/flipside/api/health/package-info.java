/** Health checks and metrics. */
@NullMarked
package dev.flipside.api.health;

import org.jspecify.annotations.NullMarked;
