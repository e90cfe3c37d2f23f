/** By what measure regions are ranked, by the names users give them. */
@NullMarked
package dev.flipside.scorer.acquisition;

import org.jspecify.annotations.NullMarked;
