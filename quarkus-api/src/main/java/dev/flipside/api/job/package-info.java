/** Long work in the background: scoring a pool, watched, cancelled, taken up after a restart. */
@NullMarked
package dev.flipside.api.job;

import org.jspecify.annotations.NullMarked;
