/** What the user sees on the terminal: progress, colours, tables. */
@NullMarked
package dev.flipside.tools.console;

import org.jspecify.annotations.NullMarked;
