/** One picocli class for each command: reads options, calls one thing, says what came out. */
@NullMarked
package dev.flipside.tools.command;

import org.jspecify.annotations.NullMarked;
