package dev.flipside.tools.bench;

import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.inference.LogitsSession;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Measures scoring in this process, and the network alone beside it. */
public final class ScoreBench {
  private final LoadedModel model;
  private final ScoringOptions options;
  private final Pool pool;
  private final int images;
  private double secondsToFirst = Double.NaN;

  /**
   * A bench of scoring with a network.
   *
   * @param pool its images are repeated where there are fewer than are needed
   * @param images images to measure, at least 1; one more warms up
   */
  public ScoreBench(LoadedModel model, ScoringOptions options, Pool pool, int images) {
    this.model = model;
    this.options = options;
    this.images = images;
    List<PoolImage> needed = new ArrayList<>();
    for (int i = 0; i <= images; i++) {
      needed.add(pool.images().get(i % pool.images().size()));
    }
    this.pool = new Pool(pool.root(), needed);
  }

  /**
   * Scores the pool: reading, decoding, both views, region means. The clock runs from the first
   * result to the last. What was decoded before is counted too, and what was decoded meanwhile
   * twice, so the cost is never told too low.
   *
   * @throws FlipsideException if an image fails
   */
  public StepCost scored() {
    ProcessClock clock = new ProcessClock();
    long begin = System.nanoTime();
    double[] first = {Double.NaN};
    ScoringSummary summary =
        new PoolScorer(model, options)
            .score(
                pool,
                result -> {
                  if (Double.isNaN(first[0])) {
                    first[0] = (System.nanoTime() - begin) / 1e9;
                    clock.start();
                  }
                },
                Progress.NONE);
    double cpu = clock.cpuSeconds() + summary.decode().toNanos() / 1e9;
    double seconds = clock.seconds();
    if (summary.failed() > 0) {
      throw new FlipsideException(
          summary.failed() + " of " + summary.images() + " images failed, expected none");
    }
    secondsToFirst = first[0];
    return new StepCost(
        "flipside score " + Path.of(model.file().name()).getFileName(),
        images,
        cpu / images,
        seconds / images,
        ProcessMemory.peakMib());
  }

  /** From the start of the last {@link #scored()} to its first result: loading included. */
  public double secondsToFirst() {
    return secondsToFirst;
  }

  /**
   * Runs the network alone on a tensor that is ready, as often, with the image and its mirror image
   * as a batch of two.
   *
   * @throws FlipsideException if the network does not take float32 {@code [N,3,H,W]}
   */
  public StepCost bare() {
    InputCard input = model.card().input();
    if (input.type() != TensorType.FLOAT32
        || input.layout() != TensorLayout.NCHW
        || input.channelCount() != 3) {
      throw new FlipsideException(
          model.file().name() + ": takes no float32 [N,3,H,W], which is what the bare run makes");
    }
    ImageSize resized = options.resize();
    ImageSize size = resized == null ? ImageFile.read(pool.images().get(0).file()).size() : resized;
    float[] tensor = new float[Math.toIntExact(2 * 3 * size.pixels())];
    Random random = new Random(0);
    for (int i = 0; i < tensor.length; i++) {
      tensor[i] = (float) random.nextGaussian();
    }
    long[] shape = {2, 3, size.height(), size.width()};
    ProcessClock clock = new ProcessClock();
    try (LogitsSession session = LogitsSession.open(model.file(), options.session())) {
      session.run(input.name(), tensor, shape, model.card().output().name());
      clock.start();
      for (int i = 0; i < images; i++) {
        session.run(input.name(), tensor, shape, model.card().output().name());
      }
      return new StepCost(
          "network alone",
          images,
          clock.cpuSeconds() / images,
          clock.seconds() / images,
          ProcessMemory.peakMib());
    }
  }
}
