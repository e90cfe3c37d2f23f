/** Decides which images are worth an exact score: policies, error models, and rescoring. */
@NullMarked
package dev.flipside.scorer.cascade;

import org.jspecify.annotations.NullMarked;
