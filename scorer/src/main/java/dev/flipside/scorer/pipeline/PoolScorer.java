package dev.flipside.scorer.pipeline;

import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.ImagePixels;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.InferenceException;
import dev.flipside.scorer.inference.ProviderChoice;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.inference.ScoringSessions;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Scores every region of a pool of images, in pool order. Decoder threads fill the input tensors,
 * one thread per device runs the model, and the calling thread passes the results on. Memory use
 * does not depend on the size of the pool. One call of {@link #score} at a time.
 */
public final class PoolScorer implements AutoCloseable {
  private final LoadedModel model;
  private final ScoringOptions options;
  private final @Nullable SessionPool kept;
  private @Nullable OnnxModelFile network;

  /**
   * Creates a scorer that loads the model in each {@link #score} and holds nothing in between, so
   * that it need not be closed.
   *
   * @param model the model and its model card
   */
  public PoolScorer(LoadedModel model, ScoringOptions options) {
    this(model, options, null);
  }

  /**
   * Opens a scorer that keeps its sessions from one {@link #score} to the next, until it is closed.
   * The model is loaded by the first one.
   *
   * @param model the model and its model card
   */
  @MustBeClosed
  public static PoolScorer open(LoadedModel model, ScoringOptions options) {
    return new PoolScorer(model, options, new SessionPool());
  }

  private PoolScorer(LoadedModel model, ScoringOptions options, @Nullable SessionPool kept) {
    this.model = model;
    this.options = options;
    this.kept = kept;
  }

  /**
   * Scores every image of a pool. An image is reported as failed if it cannot be read, if the grid
   * does not fit its size, if inference fails, or if one of its scores is not finite. The other
   * images keep their scores. If the memory does not suffice for a batch, batches are halved once;
   * the progress and the summary say so.
   *
   * @param sink receives the results in pool order, on the calling thread
   * @param progress called after each image
   * @throws FlipsideException if the model cannot be loaded, the sink fails, or the memory suffices
   *     for batches of less than half the size only
   * @throws CancellationException if the calling thread is interrupted, in which case a batch in
   *     progress is completed, or if the runs of the session options are ended
   */
  @SuppressWarnings("try") // the registration ends with the run
  public ScoringSummary score(Pool pool, ScoreSink sink, Progress progress) {
    Run run = new Run(pool);
    List<Thread> threads = run.start();
    try (RunControl.Registration ending =
        options.session().runs().onEnd(() -> run.flow.fail(new CancellationException()))) {
      run.writeResults(sink, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("scoring was cancelled");
    } catch (IOException e) {
      throw new FlipsideException(
          "the scores cannot be written: " + e.getMessage() + "; scoring was stopped", e);
    } finally {
      run.flow.stop();
      joinAll(threads);
    }
    return run.summary();
  }

  /** Closes the kept sessions. */
  @Override
  public void close() {
    if (kept != null) {
      kept.close();
    }
  }

  private BatchRunner runner(ProviderChoice choice, int device) {
    SessionOptions session = options.session().with(choice.provider());
    return new BatchRunner(
        batch -> new ScoringSessions(size -> graph(choice, size, batch), session, device),
        options.batch());
  }

  private ScoringGraph graph(ProviderChoice choice, ImageSize size, int batch) {
    ScoringSpec head = options.acquisition().head().orElseThrow();
    return ScoringGraph.graft(
        network(choice),
        model.card(),
        new ScoringRequest(
            options.tiling() == null ? options.grid().on(size) : new RegionGrid(size, 1, 1),
            batch,
            head,
            Set.of(),
            options.classWeights()));
  }

  /**
   * Returns the model converted for the provider, for example to fp16. Converted once and cached.
   */
  private synchronized OnnxModelFile network(ProviderChoice choice) {
    OnnxModelFile known = network;
    if (known == null) {
      known = choice.network(model.file());
      network = known;
    }
    return known;
  }

  /**
   * Returns the execution provider and, for quantized models, the share of operations that run in
   * int8.
   */
  private synchronized String provider(ProviderChoice choice) {
    OnnxModelFile known = network;
    return known == null ? choice.toString() : choice.running(known);
  }

  private static void joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One pass over a pool. */
  private final class Run {
    private final long start = System.nanoTime();
    private final Pool pool;
    private final ProviderChoice choice;
    private final PixelFormat format = model.card().input().pixels();
    private final BatchPipeline flow;
    private final ElapsedTime decode = new ElapsedTime();
    private final ElapsedTime wait = new ElapsedTime();
    private final ElapsedTime open = new ElapsedTime();
    private final ElapsedTime run = new ElapsedTime();
    private final ElapsedTime write = new ElapsedTime();
    private volatile String note = "";
    private int scored;
    private int failed;

    Run(Pool pool) {
      this.pool = pool;
      this.choice =
          options.acquisition().head().isPresent()
              ? ExecutionProviders.choose(options.session())
              : ProviderChoice.none("no model is needed for " + options.acquisition().name());
      this.flow =
          new BatchPipeline(
              pool.images().size(),
              options.tiling() == null ? options.batch() : 1,
              format,
              choice.devices().size(),
              options.decodeThreads());
    }

    List<Thread> start() {
      List<Thread> threads = new ArrayList<>();
      for (int decoder = 0; decoder < options.decodeThreads(); decoder++) {
        threads.add(thread("flipside-decode-" + decoder, this::decodeImages));
      }
      for (int device : choice.devices()) {
        threads.add(thread("flipside-run-" + device, () -> runBatches(device)));
      }
      threads.forEach(Thread::start);
      return threads;
    }

    private Thread thread(String name, Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (InterruptedException e) {
                  flow.fail(e);
                } catch (RuntimeException | Error e) {
                  flow.fail(e);
                }
              },
              name);
      thread.setDaemon(true);
      return thread;
    }

    void decodeImages() throws InterruptedException {
      for (int index = flow.claim(); index >= 0; index = flow.claim()) {
        PoolImage image = pool.images().get(index);
        try {
          decode(index, image);
        } catch (FlipsideException e) {
          flow.settleUnplaced(index, new ImageFailure(image.id(), reason(e)));
        }
      }
    }

    private void decode(int index, PoolImage image) throws InterruptedException {
      long begin = System.nanoTime();
      ImagePixels pixels = options.images().open(image, options.resize(), format);
      ImageSize size = pixels.size();
      RegionGrid grid = grid(size);
      decode.since(begin);
      if (options.acquisition().head().isEmpty()) {
        float[] scores = options.acquisition().randomScores(image.id(), grid.count());
        flow.settleUnplaced(index, new RegionScores(image.id(), grid, scores));
        return;
      }
      Tiling tiling = options.tiling();
      model.card().input().size().canvas(tiling == null ? size : tiling.sizeOn(size)); // fits
      BatchPipeline.Place place = flow.place(index, size);
      if (place == null) {
        return;
      }
      long resumed = System.nanoTime();
      try {
        pixels.writeInto(place.batch().pixels(), place.batch().offset(place.index()));
        decode.since(resumed);
        flow.filled(place);
      } catch (FlipsideException e) {
        flow.givenUp(place, index, new ImageFailure(image.id(), reason(e)));
      }
    }

    private RegionGrid grid(ImageSize size) {
      try {
        return options.grid().on(size);
      } catch (IllegalArgumentException e) {
        throw new FlipsideException(String.valueOf(e.getMessage()), e);
      }
    }

    void runBatches(int device) throws InterruptedException {
      if (kept != null) {
        runBatches(kept.of(device, each -> runner(choice, each)));
        return;
      }
      try (BatchRunner runner = runner(choice, device)) {
        runBatches(runner);
      }
    }

    private void runBatches(BatchRunner runner) throws InterruptedException {
      Tiling tiling = options.tiling();
      TileRunner tiles = tiling == null ? null : new TileRunner(runner, tiling, options.batch());
      while (true) {
        long begin = System.nanoTime();
        ImageBatch batch = flow.takeBatch();
        wait.since(begin);
        if (batch == null) {
          return;
        }
        run(runner, tiles, batch);
        flow.finished(batch);
      }
    }

    private void run(BatchRunner runner, @Nullable TileRunner tiles, ImageBatch batch) {
      RegionGrid grid = options.grid().on(batch.size());
      float[] scores = null;
      String error = "";
      try {
        BatchRunner.Times times = new BatchRunner.Times(open, run);
        scores =
            tiles == null
                ? runner.run(batch, seeds(batch), times, this::note)
                : tiles.run(batch, grid, seeds(batch), times, this::note);
      } catch (InferenceException e) {
        error = reason(e);
      }
      for (int place = 0; place < batch.capacity(); place++) {
        if (batch.holds(place)) {
          int index = batch.image(place);
          String id = pool.images().get(index).id();
          flow.settle(
              index,
              scores == null
                  ? new ImageFailure(id, error)
                  : ImageResult.of(
                      id,
                      grid,
                      Arrays.copyOfRange(
                          scores, place * grid.count(), (place + 1) * grid.count())));
        }
      }
    }

    private void note(String text) {
      note = text;
    }

    private long[] seeds(ImageBatch batch) {
      long[] seeds = new long[batch.capacity()];
      for (int place = 0; place < seeds.length; place++) {
        if (batch.holds(place)) {
          String id = pool.images().get(batch.image(place)).id();
          seeds[place] = options.acquisition().dropoutSeed(id);
        }
      }
      return seeds;
    }

    void writeResults(ScoreSink sink, Progress progress) throws IOException, InterruptedException {
      int total = pool.images().size();
      for (int done = 1; done <= total; done++) {
        ImageResult result = next();
        long begin = System.nanoTime();
        sink.accept(result);
        write.since(begin);
        if (result instanceof ImageFailure) {
          failed++;
        } else {
          scored++;
        }
        progress.advance(done, total, note);
      }
    }

    private ImageResult next() throws InterruptedException {
      try {
        return flow.takeResult();
      } catch (BatchPipeline.FlowFailure e) {
        if (e.getCause() instanceof FlipsideException failure) {
          throw failure;
        }
        if (e.getCause() instanceof CancellationException) {
          throw new CancellationException("scoring was cancelled");
        }
        throw new IllegalStateException("a scoring thread failed: " + e.getCause(), e.getCause());
      }
    }

    ScoringSummary summary() {
      return new ScoringSummary(
          pool.images().size(),
          scored,
          failed,
          Duration.ofNanos(System.nanoTime() - start),
          decode.total(),
          wait.total(),
          open.total(),
          run.total(),
          write.total(),
          provider(choice) + (note.isEmpty() ? "" : "; " + note));
    }
  }

  private static String reason(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }

  /** Body of a thread. */
  private interface Work {
    void run() throws InterruptedException;
  }
}
