/** Stores models by content digest and tracks the active one. */
@NullMarked
package dev.flipside.models.registry;

import org.jspecify.annotations.NullMarked;
