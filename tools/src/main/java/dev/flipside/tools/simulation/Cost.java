package dev.flipside.tools.simulation;

/**
 * What an arm spent on selecting since its last result.
 *
 * @param train wall-clock seconds of training and exporting
 * @param score wall-clock seconds of scoring and selecting
 * @param images images that went through the network for it
 */
record Cost(double train, double score, long images) {
  static final Cost NOTHING = new Cost(0, 0, 0);

  Cost training(double seconds) {
    return new Cost(train + seconds, score, images);
  }

  Cost scoring(double seconds, long more) {
    return new Cost(train, score + seconds, images + more);
  }
}
