/** Options of trainings and simulated experiments. */
@NullMarked
package dev.flipside.tools.command.training;

import org.jspecify.annotations.NullMarked;
