/** One self-contained HTML page about a run: curves, tables, pictures. */
@NullMarked
package dev.flipside.tools.report;

import org.jspecify.annotations.NullMarked;
