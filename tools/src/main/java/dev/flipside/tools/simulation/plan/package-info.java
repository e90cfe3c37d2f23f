/** Settings of a simulated experiment: strategies, budgets, protocols and rescoring. */
@NullMarked
package dev.flipside.tools.simulation.plan;

import org.jspecify.annotations.NullMarked;
