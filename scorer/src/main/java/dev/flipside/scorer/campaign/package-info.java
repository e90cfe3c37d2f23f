/**
 * The memory of an active-learning campaign: what is in the pool, what it scored, what was handed
 * out and what came back labelled. The only package that knows of databases.
 */
@NullMarked
package dev.flipside.scorer.campaign;

import org.jspecify.annotations.NullMarked;
