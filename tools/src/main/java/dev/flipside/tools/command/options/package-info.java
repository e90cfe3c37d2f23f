/** Options that several commands share, as picocli mixins. */
@NullMarked
package dev.flipside.tools.command.options;

import org.jspecify.annotations.NullMarked;
