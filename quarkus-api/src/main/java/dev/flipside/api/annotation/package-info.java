/** Exports labels and tasks for annotation tools, and imports their annotations. */
@NullMarked
package dev.flipside.api.annotation;

import org.jspecify.annotations.NullMarked;
