/** The files of a run: its description, results, measurements and figures, read and written. */
@NullMarked
package dev.flipside.tools.results;

import org.jspecify.annotations.NullMarked;
