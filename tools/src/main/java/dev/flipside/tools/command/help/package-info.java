/** Help texts, usage errors and shell completion. */
@NullMarked
package dev.flipside.tools.command.help;

import org.jspecify.annotations.NullMarked;
