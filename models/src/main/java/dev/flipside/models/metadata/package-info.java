/** Reads what files beside a model and its metadata say about it. */
@NullMarked
package dev.flipside.models.metadata;

import org.jspecify.annotations.NullMarked;
