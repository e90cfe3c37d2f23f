/** Findings about a model, each with its evidence. */
@NullMarked
package dev.flipside.models.evidence;

import org.jspecify.annotations.NullMarked;
