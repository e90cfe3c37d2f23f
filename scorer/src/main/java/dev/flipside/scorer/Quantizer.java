package dev.flipside.scorer;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.quantization.ActivationHistogram;
import dev.flipside.models.quantization.ActivationRange;
import dev.flipside.models.quantization.ChannelMeans;
import dev.flipside.models.quantization.Quantization;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringHead;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.vocab.GridSpec;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.inference.ObservingSession;
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

/**
 * Quantises a network to 8 bits: runs it on some images of a pool, notes the range of its inner
 * values, and rounds it to those. Memory for the inner values of one image.
 */
public final class Quantizer {
  private final LoadedModel model;
  private final CalibrationOptions options;

  /** Nothing is run yet. */
  public Quantizer(LoadedModel model, CalibrationOptions options) {
    this.model = model;
    this.options = options;
  }

  /**
   * The network in 8 bits, with its card inside.
   *
   * @param progress told after each image
   * @throws FlipsideException if nothing can be quantised, no image can be read, or the network
   *     returns values that are not finite
   */
  public OnnxModelFile quantize(Pool pool, Progress progress) {
    ModelCard card = model.card();
    Quantization quantization =
        Quantization.of(model.file(), card.input().name(), card.output().name());
    Map<String, ActivationHistogram> histograms = new HashMap<>();
    quantization.observed().forEach(name -> histograms.put(name, new ActivationHistogram()));
    Map<String, ChannelMeans> means = new HashMap<>();
    quantization
        .channels()
        .forEach((name, channels) -> means.put(name, new ChannelMeans(channels)));
    int seen = observe(quantization, pool, histograms, means, progress);
    Map<String, ActivationRange> ranges = new HashMap<>();
    histograms.forEach((name, values) -> ranges.put(name, options.range(values)));
    String note =
        "calibrated on " + seen + " images of " + pool.images().size() + ", " + options.method();
    return quantization.quantize(ranges, means, note).withCard(card);
  }

  private int observe(
      Quantization quantization,
      Pool pool,
      Map<String, ActivationHistogram> histograms,
      Map<String, ChannelMeans> means,
      Progress progress) {
    List<PoolImage> sample = new ArrayList<>(pool.images());
    Collections.shuffle(sample, new Random(options.seed()));
    sample = sample.subList(0, Math.min(options.images(), sample.size()));
    ImageSize given = options.size();
    ImageSize size = given == null ? firstSize(sample) : given;
    ScoringGraph graph =
        ScoringGraph.graft(
            quantization.floating(),
            model.card(),
            new ScoringRequest(
                new GridSpec.Counts(1, 1).on(size), 1, ScoringHead.ENTROPY, Set.of()));
    ByteBuffer rgb = ByteBuffer.allocateDirect(Math.toIntExact(3 * size.pixels()));
    int seen = 0;
    try (ObservingSession session =
        ObservingSession.open(graph, quantization.observed(), options.threads())) {
      for (int i = 0; i < sample.size(); i++) {
        try {
          ImageFile.read(sample.get(i).file()).decodeInto(rgb, 0, size);
        } catch (ImageException e) {
          continue;
        }
        session.run(
            rgb,
            (name, values) -> {
              count(histograms, name, values);
              ChannelMeans ofChannels = means.get(name);
              if (ofChannels != null) {
                ofChannels.add(values);
              }
            });
        seen++;
        progress.advance(i + 1, sample.size(), "");
      }
    }
    return seen;
  }

  private static void count(
      Map<String, ActivationHistogram> histograms, String name, FloatBuffer values) {
    ActivationHistogram histogram = histograms.get(name);
    if (histogram == null) {
      throw new IllegalStateException("value " + name + " was not asked for");
    }
    try {
      histogram.add(values);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(
          "value " + name + " of the network: " + e.getMessage() + "; it cannot be quantised", e);
    }
  }

  /** The size of the first image that can be read; the others are resized to it. */
  private static ImageSize firstSize(List<PoolImage> sample) {
    ImageException last = null;
    for (PoolImage image : sample) {
      try {
        return ImageFile.read(image.file()).size();
      } catch (ImageException e) {
        last = e;
      }
    }
    throw new FlipsideException(
        "none of the " + sample.size() + " images drawn for calibration can be read", last);
  }
}
