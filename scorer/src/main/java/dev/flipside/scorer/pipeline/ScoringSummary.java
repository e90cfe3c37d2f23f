package dev.flipside.scorer.pipeline;

import java.time.Duration;
import java.util.Locale;

/**
 * What came of scoring a pool, and where the time went.
 *
 * @param images images of the pool
 * @param scored images that got scores
 * @param failed images that were reported instead
 * @param elapsed from start to end
 * @param decode spent on reading and decoding, summed over the threads that do it
 * @param waiting spent by the network's thread on waiting for images
 * @param open spent on loading the network, once for each image size
 * @param run spent in the network
 * @param write spent in the sink
 * @param provider what ran the network, why, and how much of the network in fewer bits
 */
public record ScoringSummary(
    int images,
    int scored,
    int failed,
    Duration elapsed,
    Duration decode,
    Duration waiting,
    Duration open,
    Duration run,
    Duration write,
    String provider) {

  /** Images a second over the whole time. */
  public double imagesPerSecond() {
    return images / Math.max(1e-9, elapsed.toNanos() / 1e9);
  }

  /** One line for a user. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d images in %.1f s (%.2f images/s): %d scored, %d failed; "
            + "decode %.2f s, waiting %.2f s, load %.2f s, run %.2f s, write %.2f s; %s",
        images,
        seconds(elapsed),
        imagesPerSecond(),
        scored,
        failed,
        seconds(decode),
        seconds(waiting),
        seconds(open),
        seconds(run),
        seconds(write),
        provider);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
