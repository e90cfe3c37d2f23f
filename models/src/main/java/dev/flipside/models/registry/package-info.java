/** Stub. */
@NullMarked
package dev.flipside.models.registry;

import org.jspecify.annotations.NullMarked;
