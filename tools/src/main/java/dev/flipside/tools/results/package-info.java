/** Reads and writes the files of a run: description, results, measurements and figures. */
@NullMarked
package dev.flipside.tools.results;

import org.jspecify.annotations.NullMarked;
