package dev.flipside.scorer;

import dev.flipside.models.vocab.GridSpec;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.inference.SessionOptions;
import org.jspecify.annotations.Nullable;

/**
 * How a pool is scored.
 *
 * @param grid regions of each image
 * @param acquisition by what measure they are ranked
 * @param resize size that images are resized to before they are scored, or null for their own; the
 *     grid is laid over the resized image
 * @param batch images a run, at least 1
 * @param decodeThreads threads that read and decode, at least 1
 * @param session how the network is run
 */
public record ScoringOptions(
    GridSpec grid,
    Acquisition acquisition,
    @Nullable ImageSize resize,
    int batch,
    int decodeThreads,
    SessionOptions session) {

  /**
   * @throws IllegalArgumentException if the batch is not 1 to 4096 or there is no decode thread
   */
  public ScoringOptions {
    if (batch < 1 || batch > 4096 || decodeThreads < 1) {
      throw new IllegalArgumentException(
          "scoring with batches of "
              + batch
              + " and "
              + decodeThreads
              + " decode threads: expected batches of 1 to 4096 and at least 1 thread");
    }
  }

  /** Images at their own size, one a run, one decode thread, on the processor. */
  public static ScoringOptions of(GridSpec grid, Acquisition acquisition) {
    return new ScoringOptions(grid, acquisition, null, 1, 1, SessionOptions.cpu());
  }

  /** The same with another batch. */
  public ScoringOptions withBatch(int images) {
    return new ScoringOptions(grid, acquisition, resize, images, decodeThreads, session);
  }

  /** The same with so many decode threads. */
  public ScoringOptions withDecodeThreads(int threads) {
    return new ScoringOptions(grid, acquisition, resize, batch, threads, session);
  }

  /** The same with images resized, or at their own size for null. */
  public ScoringOptions withResize(@Nullable ImageSize size) {
    return new ScoringOptions(grid, acquisition, size, batch, decodeThreads, session);
  }

  /** The same with the network run in another way. */
  public ScoringOptions withSession(SessionOptions other) {
    return new ScoringOptions(grid, acquisition, resize, batch, decodeThreads, other);
  }
}
