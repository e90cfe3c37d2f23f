package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.inference.SessionOptions;
import java.util.List;
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
 * @param images where the pixels of image files come from
 * @param classWeights for each class a factor on the measure at the pixels that the network gives
 *     to it; empty for none
 */
public record ScoringOptions(
    GridSpec grid,
    Acquisition acquisition,
    @Nullable ImageSize resize,
    int batch,
    int decodeThreads,
    SessionOptions session,
    ImageSource images,
    List<Float> classWeights) {

  /**
   * @throws IllegalArgumentException if the batch is not 1 to 4096 or there is no decode thread
   */
  public ScoringOptions {
    classWeights = List.copyOf(classWeights);
    if (batch < 1 || batch > 4096 || decodeThreads < 1) {
      throw new IllegalArgumentException(
          "scoring with batches of "
              + batch
              + " and "
              + decodeThreads
              + " decode threads: expected batches of 1 to 4096 and at least 1 thread");
    }
  }

  /** Images are decoded anew, and all classes weigh the same. */
  public ScoringOptions(
      GridSpec grid,
      Acquisition acquisition,
      @Nullable ImageSize resize,
      int batch,
      int decodeThreads,
      SessionOptions session) {
    this(grid, acquisition, resize, batch, decodeThreads, session, ImageSource.FILES, List.of());
  }

  /** Images at their own size, one a run, one decode thread, on the processor. */
  public static ScoringOptions of(GridSpec grid, Acquisition acquisition) {
    return new ScoringOptions(grid, acquisition, null, 1, 1, SessionOptions.cpu());
  }

  /** The same by another measure. */
  public ScoringOptions withAcquisition(Acquisition other) {
    return new ScoringOptions(
        grid, other, resize, batch, decodeThreads, session, images, classWeights);
  }

  /** The same with another batch. */
  public ScoringOptions withBatch(int images) {
    return new ScoringOptions(
        grid, acquisition, resize, images, decodeThreads, session, this.images, classWeights);
  }

  /** The same with so many decode threads. */
  public ScoringOptions withDecodeThreads(int threads) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, threads, session, images, classWeights);
  }

  /** The same with images resized, or at their own size for null. */
  public ScoringOptions withResize(@Nullable ImageSize size) {
    return new ScoringOptions(
        grid, acquisition, size, batch, decodeThreads, session, images, classWeights);
  }

  /** The same with the network run in another way. */
  public ScoringOptions withSession(SessionOptions other) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, decodeThreads, other, images, classWeights);
  }

  /** The same with pixels from elsewhere, for example from a cache. */
  public ScoringOptions withImages(ImageSource source) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, decodeThreads, session, source, classWeights);
  }

  /** The same with weights of the classes; empty for none. */
  public ScoringOptions withClassWeights(List<Float> weights) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, decodeThreads, session, images, weights);
  }
}
