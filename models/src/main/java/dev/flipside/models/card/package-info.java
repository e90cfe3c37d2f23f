/**
 * Model cards: description of a model's input, output and classes, stored in the model or beside
 * it.
 */
@NullMarked
package dev.flipside.models.card;

import org.jspecify.annotations.NullMarked;
