package dev.flipside.tools.simulation;

/**
 * What an arm spent on selecting since its last result.
 *
 * @param train wall-clock seconds of training and exporting
 * @param score wall-clock seconds of scoring and selecting
 * @param images images that went through the network for it
 */
record Spent(double train, double score, long images) {
  static final Spent NOTHING = new Spent(0, 0, 0);

  Spent training(double seconds) {
    return new Spent(train + seconds, score, images);
  }

  Spent scoring(double seconds, long more) {
    return new Spent(train, score + seconds, images + more);
  }
}
