/** Options of training and of simulated experiments. */
@NullMarked
package dev.flipside.tools.command.training;

import org.jspecify.annotations.NullMarked;
