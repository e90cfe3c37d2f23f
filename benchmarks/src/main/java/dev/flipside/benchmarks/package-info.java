/** What the scorer's own work costs beside the network, kernel by kernel. */
@NullMarked
package dev.flipside.benchmarks;

import org.jspecify.annotations.NullMarked;
