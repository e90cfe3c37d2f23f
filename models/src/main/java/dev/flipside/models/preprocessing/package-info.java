/** Recognizes the preprocessing of a model from the first nodes of its graph. */
@NullMarked
package dev.flipside.models.preprocessing;

import org.jspecify.annotations.NullMarked;
