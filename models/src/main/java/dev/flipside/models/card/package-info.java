/**
 * The model card: what a network expects and what it returns, kept inside the model or beside it.
 */
@NullMarked
package dev.flipside.models.card;

import org.jspecify.annotations.NullMarked;
