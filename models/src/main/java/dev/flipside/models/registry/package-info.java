/** Keeps models by content digest, and which of them is in use. */
@NullMarked
package dev.flipside.models.registry;

import org.jspecify.annotations.NullMarked;
