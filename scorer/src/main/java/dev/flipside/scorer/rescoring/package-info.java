/**
 * Selects the best K regions without scoring every image exactly: policies, error models and
 * rescoring.
 */
@NullMarked
package dev.flipside.scorer.rescoring;

import org.jspecify.annotations.NullMarked;
