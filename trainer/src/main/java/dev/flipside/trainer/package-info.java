/** The training loop: optimizer, schedule, checkpoints and validation. */
@NullMarked
package dev.flipside.trainer;

import org.jspecify.annotations.NullMarked;
