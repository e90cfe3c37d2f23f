/** Reads the metadata of a model and the configuration files beside it. */
@NullMarked
package dev.flipside.models.metadata;

import org.jspecify.annotations.NullMarked;
