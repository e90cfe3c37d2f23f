/** What was found about a model, and how. */
@NullMarked
package dev.flipside.models.evidence;

import org.jspecify.annotations.NullMarked;
