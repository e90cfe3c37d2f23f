package dev.flipside.scorer.quantization;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.quantization.Calibration;
import dev.flipside.models.quantization.ChannelStatistics;
import dev.flipside.models.quantization.Quantization;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.inference.ObservingSession;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes a model to int8. Runs it on a few images of a pool to equalize the scales of its
 * channels, then on more images to record the ranges of its inner values and the inputs of its
 * convolutions, and rounds it accordingly. Memory for the inner values of one image and for the
 * samples.
 */
public final class Quantizer {
  /** Number of images for equalization, which only needs rough maxima of the channels. */
  private static final int EQUALIZED_ON = 8;

  private final LoadedModel model;
  private final CalibrationOptions options;

  /** Creates a quantizer. */
  public Quantizer(LoadedModel model, CalibrationOptions options) {
    this.model = model;
    this.options = options;
  }

  /**
   * Returns the int8 model with its model card.
   *
   * @param progress called after each image
   * @throws FlipsideException if nothing can be quantized, no image can be read, or the model
   *     returns values that are not finite
   */
  public OnnxModelFile quantize(Pool pool, Progress progress) {
    ModelCard card = model.card();
    Quantization plain = Quantization.of(model.file(), card.input().name(), card.output().name());
    List<PoolImage> sample = new ArrayList<>(pool.images());
    Collections.shuffle(sample, new Random(options.seed()));
    sample = sample.subList(0, Math.min(options.images(), sample.size()));
    Map<String, ChannelStatistics> channels = new HashMap<>();
    plain.scalable().forEach((name, count) -> channels.put(name, new ChannelStatistics(count)));
    int first = channels.isEmpty() ? 0 : EQUALIZED_ON;
    List<PoolImage> few = sample.subList(0, Math.min(first, sample.size()));
    ImageSize given = options.size();
    Runs runs =
        new Runs(given == null ? firstSize(sample) : given, few.size() + sample.size(), progress);
    if (!few.isEmpty()) {
      runs.observe(
          plain.floating(),
          channels.keySet(),
          few,
          (name, shape, values) ->
              channels.computeIfPresent(
                  name,
                  (key, statistics) -> {
                    statistics.add(values);
                    return statistics;
                  }));
    }
    Quantization quantization = plain.equalized(channels);
    Calibration calibration = quantization.calibration(sample.size(), options.seed());
    int seen =
        runs.observe(
            quantization.floating(),
            quantization.observed(),
            sample,
            (name, shape, values) -> show(calibration, name, shape, values));
    if (seen == 0) {
      throw unreadable(sample, null);
    }
    String note =
        "calibrated on " + seen + " images of " + pool.images().size() + ", " + options.method();
    return quantization.quantize(calibration, options::range, note).withCard(card);
  }

  private static void show(Calibration calibration, String name, long[] shape, FloatBuffer values) {
    try {
      calibration.show(name, shape, values);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(
          "value " + name + " of the network: " + e.getMessage() + "; it cannot be quantised", e);
    }
  }

  /** Runs models on images of one size. */
  private final class Runs {
    private final ImageSize size;
    private final Progress progress;
    private final int expected;
    private int done;

    Runs(ImageSize size, int expected, Progress progress) {
      this.size = size;
      this.expected = expected;
      this.progress = progress;
    }

    /**
     * Passes inner values of a model on some images to an observer; returns the number of images
     * that could be read.
     */
    int observe(
        OnnxModelFile network,
        Set<String> values,
        List<PoolImage> images,
        ObservingSession.Observer observer) {
      ScoringGraph graph =
          ScoringGraph.graft(
              network,
              model.card(),
              new ScoringRequest(
                  new GridSpec.Counts(1, 1).on(size), 1, ScoringSpec.ENTROPY, Set.of()));
      PixelFormat format = model.card().input().pixels();
      ByteBuffer pixels =
          ByteBuffer.allocateDirect(Math.toIntExact(format.pixelBytes() * size.pixels()));
      int seen = 0;
      try (ObservingSession session = ObservingSession.open(graph, values, options.threads())) {
        for (PoolImage image : images) {
          try {
            ImageFile.read(image.file(), format).decodeInto(pixels, 0, size);
            session.run(pixels, observer);
            seen++;
          } catch (ImageException e) {
            // Scoring will name it; there are others to learn from.
          }
          progress.advance(++done, expected, "");
        }
      }
      return seen;
    }
  }

  /** Returns the size of the first readable image, to which the others are resized. */
  private ImageSize firstSize(List<PoolImage> sample) {
    ImageException last = null;
    for (PoolImage image : sample) {
      try {
        return ImageFile.read(image.file(), model.card().input().pixels()).size();
      } catch (ImageException e) {
        last = e;
      }
    }
    throw unreadable(sample, last);
  }

  private static FlipsideException unreadable(
      List<PoolImage> sample, @Nullable ImageException cause) {
    return new FlipsideException(
        "none of the " + sample.size() + " images drawn for calibration can be read", cause);
  }
}
