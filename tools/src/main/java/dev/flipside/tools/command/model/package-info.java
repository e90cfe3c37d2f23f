/** Commands about models and weights: {@code inspect}, {@code models}, {@code weights}. */
@NullMarked
package dev.flipside.tools.command.model;

import org.jspecify.annotations.NullMarked;
