package dev.flipside.tools.bench;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.inference.ProviderChoice;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.RegionScores;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Measures scoring with flip entropy on a device: the scoring graph on images that are decoded
 * already, and a pool of files.
 */
public final class DeviceBench {
  private static final int WARM_UP = 3;

  private final LoadedModel model;
  private final GridSpec grid;
  private final SessionOptions session;

  /**
   * Creates a bench.
   *
   * @param session device and provider; the precision is that of each setting
   */
  public DeviceBench(LoadedModel model, GridSpec grid, SessionOptions session) {
    this.model = model;
    this.grid = grid;
    this.session = session;
  }

  /**
   * What is measured.
   *
   * @param size size to which images are resized
   * @param batch images per batch
   */
  public record Setting(ImageSize size, Precision precision, int batch) {
    private String json() {
      return String.format(
          Locale.ROOT, "\"size\":\"%s\",\"precision\":\"%s\",\"batch\":%d", size, precision, batch);
    }

    /** Returns a line of JSON for a measurement that failed. */
    public String failure(String what, String reason) {
      return String.format(
          Locale.ROOT,
          "{\"what\":\"%s\",%s,\"error\":\"%s\"}",
          what,
          json(),
          reason.replace("\\", "\\\\").replace("\"", "'").replaceAll("\\s+", " "));
    }
  }

  /**
   * Runs the scoring graph repeatedly on one batch in memory, on the first device.
   *
   * @param atLeast how long to measure, after some runs to warm up
   * @return a line of JSON: images per second
   * @throws FlipsideException if the device, the precision or the batch cannot be used
   */
  public String decoded(Setting setting, Duration atLeast) {
    SessionOptions options = session.with(setting.precision());
    ImageSize size = setting.size();
    ScoringGraph graph = graph(setting, options);
    ByteBuffer images = noise(graph.pixels(), size.pixels() * setting.batch());
    try (ScoringSession running = ScoringSession.open(graph, options)) {
      for (int run = 0; run < WARM_UP; run++) {
        running.run(images);
      }
      ProcessClock clock = new ProcessClock();
      clock.start();
      int runs = 0;
      do {
        running.run(images);
        runs++;
      } while (clock.seconds() * 1e9 < atLeast.toNanos());
      return result("decoded", setting, runs * setting.batch(), clock);
    }
  }

  /** Returns random pixels. */
  private static ByteBuffer noise(PixelFormat format, long count) {
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(Math.toIntExact(format.pixelBytes() * count))
            .order(ByteOrder.nativeOrder());
    Random random = new Random(0);
    byte[] some = new byte[1 << 12];
    while (pixels.hasRemaining()) {
      if (format.bits() == 8) {
        random.nextBytes(some);
        pixels.put(some, 0, Math.min(some.length, pixels.remaining()));
      } else {
        pixels.putFloat(random.nextInt(1 << 16));
      }
    }
    return pixels.clear();
  }

  private ScoringGraph graph(Setting setting, SessionOptions options) {
    ProviderChoice choice = ExecutionProviders.choose(options);
    return ScoringGraph.graft(
        choice.network(model.file()),
        model.card(),
        new ScoringRequest(
            grid.on(setting.size()), setting.batch(), ScoringSpec.FLIP_ENTROPY, Set.of()));
  }

  /**
   * Scores images from files on all devices, from the first result to the last.
   *
   * @param pool images, repeated if there are fewer than are needed
   * @param images number of images, at least 1; two batches per device more warm up
   * @return a line of JSON: images per second
   * @throws FlipsideException if the device cannot be used or an image fails
   */
  public String files(Setting setting, Pool pool, int decodeThreads, int images) {
    SessionOptions options = session.with(setting.precision());
    int devices = ExecutionProviders.choose(options).devices().size();
    int warmUp = 2 * setting.batch() * devices;
    List<PoolImage> needed = new ArrayList<>();
    for (int image = 0; image < warmUp + images; image++) {
      needed.add(pool.images().get(image % pool.images().size()));
    }
    ProcessClock clock = new ProcessClock();
    int[] done = {0};
    ScoringSummary summary =
        new PoolScorer(model, scoring(setting, decodeThreads, options))
            .score(
                new Pool(pool.root(), needed),
                result -> {
                  done[0]++;
                  if (done[0] == warmUp) {
                    clock.start();
                  }
                },
                Progress.NONE);
    if (summary.failed() > 0) {
      throw new FlipsideException(
          summary.failed() + " of " + summary.images() + " images failed, expected none");
    }
    return result("files", setting, images, clock);
  }

  private ScoringOptions scoring(Setting setting, int decodeThreads, SessionOptions options) {
    return ScoringOptions.builder(grid, Acquisition.FLIP_ENTROPY)
        .resize(setting.size())
        .batch(setting.batch())
        .decodeThreads(decodeThreads)
        .session(options)
        .build();
  }

  private static String result(String what, Setting setting, int images, ProcessClock clock) {
    double seconds = clock.seconds();
    return String.format(
        Locale.ROOT,
        "{\"what\":\"%s\",%s,\"images\":%d,\"per_second\":%.2f,\"cpu_seconds_each\":%.4f}",
        what,
        setting.json(),
        images,
        images / seconds,
        clock.cpuSeconds() / images);
  }

  /**
   * Compares the region scores of a pool in fp16 with those in fp32.
   *
   * @param setting its precision is not used
   * @return a line of JSON: largest and mean difference, and the share of the best tenth of the
   *     regions that both agree on
   * @throws FlipsideException if the device or fp16 cannot be used, or an image fails
   */
  public String agreement(Setting setting, Pool pool, int decodeThreads) {
    float[] exact = scores(setting, pool, decodeThreads, Precision.FP32);
    float[] half = scores(setting, pool, decodeThreads, Precision.FP16);
    double largest = 0;
    double sum = 0;
    for (int region = 0; region < exact.length; region++) {
      double difference = Math.abs((double) exact[region] - half[region]);
      largest = Math.max(largest, difference);
      sum += difference;
    }
    int best = Math.max(1, exact.length / 10);
    Set<Integer> both = new HashSet<>(best(exact, best));
    both.retainAll(best(half, best));
    return String.format(
        Locale.ROOT,
        "{\"what\":\"fp16 against fp32\",\"size\":\"%s\",\"regions\":%d,\"largest_difference\":%.3e,"
            + "\"mean_difference\":%.3e,\"same_best_tenth\":%.4f}",
        setting.size(),
        exact.length,
        largest,
        sum / exact.length,
        (double) both.size() / best);
  }

  private float[] scores(Setting setting, Pool pool, int decodeThreads, Precision precision) {
    List<float[]> images = new ArrayList<>();
    new PoolScorer(model, scoring(setting, decodeThreads, session.with(precision)))
        .score(
            pool,
            result -> {
              if (!(result instanceof RegionScores scores)) {
                throw new FlipsideException("an image failed: " + result);
              }
              images.add(scores.scores().clone());
            },
            Progress.NONE);
    int count = images.stream().mapToInt(each -> each.length).sum();
    float[] all = new float[count];
    int at = 0;
    for (float[] each : images) {
      System.arraycopy(each, 0, all, at, each.length);
      at += each.length;
    }
    return all;
  }

  private static List<Integer> best(float[] scores, int count) {
    List<Integer> order = new ArrayList<>();
    for (int region = 0; region < scores.length; region++) {
      order.add(region);
    }
    order.sort((a, b) -> Float.compare(scores[b], scores[a]));
    return order.subList(0, count);
  }
}
