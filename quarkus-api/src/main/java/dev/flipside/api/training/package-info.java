/** REST resources for training on a campaign: its rounds, and the labels that they learn from. */
@NullMarked
package dev.flipside.api.training;

import org.jspecify.annotations.NullMarked;
