/** Writes the report of a run: one self-contained HTML page with curves, tables and images. */
@NullMarked
package dev.flipside.tools.report;

import org.jspecify.annotations.NullMarked;
