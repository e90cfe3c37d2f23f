/** Copies of the campaigns and models of a running service. */
@NullMarked
package dev.flipside.api.backup;

import org.jspecify.annotations.NullMarked;
