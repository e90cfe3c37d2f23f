/** Tells other tools how a training goes: TensorBoard event files and MLflow servers. */
@NullMarked
package dev.flipside.tools.tracking;

import org.jspecify.annotations.NullMarked;
