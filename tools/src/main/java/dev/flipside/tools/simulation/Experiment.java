package dev.flipside.tools.simulation;

import dev.flipside.tools.simulation.data.Oracle;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.SimulationPlan;

/**
 * What all arms of a simulation share.
 *
 * @param plan what is done
 * @param data what it is done with, at the plan's size
 * @param dataDigest of the data as they were given
 * @param oracle the data's ground truth
 * @param stages told what is being done; borrowed
 * @param photographs whether pictures may show the images and labels of the data set themselves
 */
record Experiment(
    SimulationPlan plan,
    SimulationData data,
    String dataDigest,
    Oracle oracle,
    ProgressReporter stages,
    boolean photographs) {}
