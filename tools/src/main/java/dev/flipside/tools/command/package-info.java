/** The commands, one picocli class each: read options, call one class, print the result. */
@NullMarked
package dev.flipside.tools.command;

import org.jspecify.annotations.NullMarked;
