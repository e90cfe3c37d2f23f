/** What a piece of work costs: seconds of the processor, seconds of the clock, memory. */
@NullMarked
package dev.flipside.tools.bench;

import org.jspecify.annotations.NullMarked;
