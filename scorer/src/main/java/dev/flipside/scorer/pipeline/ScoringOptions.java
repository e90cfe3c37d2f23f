package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.inference.SessionOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options for scoring a pool.
 *
 * @param grid how images are divided into regions
 * @param acquisition acquisition function
 * @param resize size to which images are resized before they are scored, or null to keep their
 *     size; the grid applies to the resized image
 * @param batch images per batch, 1 to 4096
 * @param decodeThreads threads that read and decode images, at least 1
 * @param session options of inference
 * @param images source of decoded images
 * @param classWeights weight per class, which multiplies the measure at each pixel where the model
 *     predicts that class; empty for none
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
   * @throws IllegalArgumentException if {@code batch} is not 1 to 4096 or {@code decodeThreads} is
   *     less than 1
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

  /** Creates options without image cache and class weights. */
  public ScoringOptions(
      GridSpec grid,
      Acquisition acquisition,
      @Nullable ImageSize resize,
      int batch,
      int decodeThreads,
      SessionOptions session) {
    this(grid, acquisition, resize, batch, decodeThreads, session, ImageSource.FILES, List.of());
  }

  /**
   * Returns options with original image sizes, batch size 1, one decode thread and inference on the
   * CPU.
   */
  public static ScoringOptions of(GridSpec grid, Acquisition acquisition) {
    return new ScoringOptions(grid, acquisition, null, 1, 1, SessionOptions.cpu());
  }

  /** Returns a copy with another acquisition function. */
  public ScoringOptions withAcquisition(Acquisition other) {
    return new ScoringOptions(
        grid, other, resize, batch, decodeThreads, session, images, classWeights);
  }

  /** Returns a copy with another batch size. */
  public ScoringOptions withBatch(int images) {
    return new ScoringOptions(
        grid, acquisition, resize, images, decodeThreads, session, this.images, classWeights);
  }

  /** Returns a copy with another number of decode threads. */
  public ScoringOptions withDecodeThreads(int threads) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, threads, session, images, classWeights);
  }

  /** Returns a copy with another image size; null keeps the size of each image. */
  public ScoringOptions withResize(@Nullable ImageSize size) {
    return new ScoringOptions(
        grid, acquisition, size, batch, decodeThreads, session, images, classWeights);
  }

  /** Returns a copy with other options of inference. */
  public ScoringOptions withSession(SessionOptions other) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, decodeThreads, other, images, classWeights);
  }

  /** Returns a copy with another source of images, for example a cache. */
  public ScoringOptions withImages(ImageSource source) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, decodeThreads, session, source, classWeights);
  }

  /** Returns a copy with other class weights; empty for none. */
  public ScoringOptions withClassWeights(List<Float> weights) {
    return new ScoringOptions(
        grid, acquisition, resize, batch, decodeThreads, session, images, weights);
  }
}
