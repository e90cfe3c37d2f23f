/** Exports of labels and tasks for annotation programs, and imports of their annotations. */
@NullMarked
package dev.flipside.api.annotation;

import org.jspecify.annotations.NullMarked;
