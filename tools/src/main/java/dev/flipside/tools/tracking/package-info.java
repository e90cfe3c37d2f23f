/** Logs training and simulation metrics to TensorBoard event files and MLflow servers. */
@NullMarked
package dev.flipside.tools.tracking;

import org.jspecify.annotations.NullMarked;
