package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.inference.SessionOptions;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Options for scoring a pool.
 *
 * @param grid how images are divided into regions
 * @param acquisition acquisition function
 * @param resize size to which images are resized before they are scored, or null to keep their
 *     size; the grid applies to the resized image
 * @param tiling tiles in which the resized images are scored, or null to score each as a whole
 * @param batch images, or tiles, per batch, 1 to 4096
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
    @Nullable Tiling tiling,
    int batch,
    int decodeThreads,
    SessionOptions session,
    ImageSource images,
    List<Float> classWeights) {

  /**
   * @throws IllegalArgumentException if {@code batch} is not 1 to 4096, {@code decodeThreads} is
   *     less than 1, or a translated view is to be scored in tiles
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
    boolean moves =
        acquisition.head().stream()
            .flatMap(head -> head.views().stream())
            .anyMatch(Transformation.Translation.class::isInstance);
    if (tiling != null && moves) {
      throw new IllegalArgumentException(
          acquisition.name()
              + " in tiles: the pixels that leave a tile would have no score; choose another"
              + " acquisition function, or score images as a whole");
    }
  }

  /**
   * Starts a builder. The defaults are the size of each image, batch size 1, one decode thread,
   * inference on the CPU, no image cache and no class weights.
   */
  public static Builder builder(GridSpec grid, Acquisition acquisition) {
    return new Builder(
        new ScoringOptions(
            grid,
            acquisition,
            null,
            null,
            1,
            1,
            SessionOptions.cpu(),
            ImageSource.FILES,
            List.of()));
  }

  /** Returns the options that a builder starts with. */
  public static ScoringOptions of(GridSpec grid, Acquisition acquisition) {
    return builder(grid, acquisition).build();
  }

  /**
   * Returns what the scores depend on, as text: model and card, acquisition function, grid, size,
   * and what differs from the defaults. Equal settings give equal scores on the same device, and
   * are written beside each score file.
   */
  public SortedMap<String, String> settings(LoadedModel model) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("model", model.file().digest());
    settings.put("card", model.card().toJson());
    settings.put("acquisition", acquisition.toString());
    if (!classWeights.isEmpty()) {
      settings.put("class weights", classWeights.toString());
    }
    if (session.precision() != Precision.FP32) {
      settings.put("precision", session.precision().toString());
    }
    settings.put("grid", grid.toString());
    settings.put("size", resize == null ? "as each file" : resize.toString());
    if (tiling != null) {
      settings.put("tiles", tiling.toString());
    }
    return settings;
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Builds options. */
  public static final class Builder {
    private final GridSpec grid;
    private Acquisition acquisition;
    private @Nullable ImageSize resize;
    private @Nullable Tiling tiling;
    private int batch;
    private int decodeThreads;
    private SessionOptions session;
    private ImageSource images;
    private List<Float> classWeights;

    private Builder(ScoringOptions options) {
      grid = options.grid;
      acquisition = options.acquisition;
      resize = options.resize;
      tiling = options.tiling;
      batch = options.batch;
      decodeThreads = options.decodeThreads;
      session = options.session;
      images = options.images;
      classWeights = options.classWeights;
    }

    /** Sets the acquisition function. */
    public Builder acquisition(Acquisition value) {
      acquisition = value;
      return this;
    }

    /** Sets the size to which images are resized; null keeps the size of each image. */
    public Builder resize(@Nullable ImageSize value) {
      resize = value;
      return this;
    }

    /** Sets the tiles in which images are scored; null scores each as a whole. */
    public Builder tiling(@Nullable Tiling value) {
      tiling = value;
      return this;
    }

    /** Sets the images per batch, 1 to 4096. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** Sets the threads that read and decode images, at least 1. */
    public Builder decodeThreads(int value) {
      decodeThreads = value;
      return this;
    }

    /** Sets the options of inference. */
    public Builder session(SessionOptions value) {
      session = value;
      return this;
    }

    /** Sets the source of decoded images, for example a cache. */
    public Builder images(ImageSource value) {
      images = value;
      return this;
    }

    /** Sets the weight per class; empty for none. */
    public Builder classWeights(List<Float> value) {
      classWeights = value;
      return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public ScoringOptions build() {
      return new ScoringOptions(
          grid, acquisition, resize, tiling, batch, decodeThreads, session, images, classWeights);
    }
  }
}
