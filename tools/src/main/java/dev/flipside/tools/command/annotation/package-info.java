/** The commands that hand regions to annotators and take their labels. */
@NullMarked
package dev.flipside.tools.command.annotation;

import org.jspecify.annotations.NullMarked;
