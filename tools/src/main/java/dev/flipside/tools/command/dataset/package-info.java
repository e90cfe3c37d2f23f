/** The commands of {@code flipside dataset}. */
@NullMarked
package dev.flipside.tools.command.dataset;

import org.jspecify.annotations.NullMarked;
