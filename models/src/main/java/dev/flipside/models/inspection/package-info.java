/** Infers the card of models from other sources and reports the assumptions made. */
@NullMarked
package dev.flipside.models.inspection;

import org.jspecify.annotations.NullMarked;
