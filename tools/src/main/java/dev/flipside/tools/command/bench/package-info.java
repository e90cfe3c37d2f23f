/** The commands of {@code flipside bench}. */
@NullMarked
package dev.flipside.tools.command.bench;

import org.jspecify.annotations.NullMarked;
