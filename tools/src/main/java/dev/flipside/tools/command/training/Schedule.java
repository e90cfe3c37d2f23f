package dev.flipside.tools.command.training;

/** Schedules of the learning rate on the command line. */
public enum Schedule {
  steps,
  poly
}
