package dev.flipside.scorer.pipeline;

import java.time.Duration;
import java.util.Locale;

/**
 * Summary of scoring a pool: counts and timings.
 *
 * @param images number of images in the pool
 * @param scored number of images with scores
 * @param failed number of images that failed
 * @param elapsed wall-clock time
 * @param decode time to read and decode, summed over the decode threads
 * @param waiting time that the inference threads waited for images
 * @param open time to load the model, once per image size
 * @param run time of inference
 * @param write time in the sink
 * @param provider execution provider with its reason and, for quantized models, the share that runs
 *     in int8
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

  /** Returns the images per second of wall-clock time. */
  public double imagesPerSecond() {
    return images / Math.max(1e-9, elapsed.toNanos() / 1e9);
  }

  /** Returns the summary as one line of text. */
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
