/** Terminal output: progress, summaries and exit codes. */
@NullMarked
package dev.flipside.tools.console;

import org.jspecify.annotations.NullMarked;
