/** The commands that export regions to annotators and import their labels. */
@NullMarked
package dev.flipside.tools.command.annotation;

import org.jspecify.annotations.NullMarked;
