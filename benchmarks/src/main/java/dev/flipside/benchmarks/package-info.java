/** JMH benchmarks of the scorer's own work: decoding and selection, without the model. */
@NullMarked
package dev.flipside.benchmarks;

import org.jspecify.annotations.NullMarked;
