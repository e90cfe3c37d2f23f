/** The command line, the simulated campaign, benchmarks and reports. */
@NullMarked
package dev.flipside.tools;

import org.jspecify.annotations.NullMarked;
