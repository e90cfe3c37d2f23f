package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.inference.InferenceException;
import dev.flipside.scorer.inference.InsufficientMemoryException;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.ScoringSessions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Runs batches on one device. If the memory does not suffice, batches are halved, once; if that is
 * not enough, the error names the size that fits. Not thread-safe.
 */
final class BatchRunner implements AutoCloseable {
  /** Receives the time to open sessions, and to run them. */
  record Times(ElapsedTime open, ElapsedTime run) {}

  private final IntFunction<ScoringSessions> opening;
  private final int given;
  private int batch;
  private ScoringSessions sessions;

  /** Sizes of which not even one image fits. */
  private final Set<ImageSize> tooLarge = new HashSet<>();

  /**
   * Creates a runner without open sessions.
   *
   * @param opening creates the sessions for a batch size
   * @param batch images per batch
   */
  BatchRunner(IntFunction<ScoringSessions> opening, int batch) {
    this.opening = opening;
    this.given = batch;
    this.batch = batch;
    this.sessions = opening.apply(batch);
  }

  /**
   * Scores a batch.
   *
   * @param images batch of the size given to the constructor
   * @param seeds seeds of the dropout masks of each image
   * @param notice receives a message when batches are halved
   * @return {@code [B * rows * cols]}, row-major
   * @throws InferenceException if these images cannot be scored
   * @throws FlipsideException if no session can be opened, or if the memory suffices for smaller
   *     batches only
   */
  float[] run(ImageBatch images, long[] seeds, Times times, Consumer<String> notice) {
    if (tooLarge.contains(images.size())) {
      throw new InferenceException(oneTooLarge(images.size()), null);
    }
    int before = batch;
    try {
      return runInParts(images, seeds, times);
    } catch (InsufficientMemoryException e) {
      int half = (given + 1) / 2;
      if (before == half) {
        throw tooLarge(images, seeds, times, before, e);
      }
      resize(half);
      try {
        float[] scores = runInParts(images, seeds, times);
        notice.accept(
            "batches halved to "
                + half
                + ": not enough memory for "
                + given
                + " images of "
                + images.size());
        return scores;
      } catch (InsufficientMemoryException again) {
        throw tooLarge(images, seeds, times, before, again);
      }
    }
  }

  /**
   * Finds the largest batch that fits.
   *
   * @param before size of batches to return to if not even one image fits
   */
  private FlipsideException tooLarge(
      ImageBatch images,
      long[] seeds,
      Times times,
      int before,
      InsufficientMemoryException failure) {
    String tried = batch < given ? given + " images, nor for " + batch + "," : given + " images";
    while (batch > 1) {
      resize(batch / 2);
      try {
        runInParts(images, seeds, times);
        return new FlipsideException(
            "not enough memory for batches of "
                + tried
                + " of "
                + images.size()
                + "; batches of "
                + batch
                + " fit: use --batch "
                + batch
                + " (in the service, flipside.scoring.batch)",
            failure);
      } catch (InsufficientMemoryException e) {
        failure.addSuppressed(e);
      }
    }
    resize(before);
    tooLarge.add(images.size());
    return new InferenceException(
        oneTooLarge(images.size()) + " (" + failure.getMessage() + ")", failure);
  }

  private static String oneTooLarge(ImageSize size) {
    return "not enough memory for one image of " + size + "; a smaller --size or --tile needs less";
  }

  /** Frees the sessions of the former size first. */
  private void resize(int images) {
    sessions.close();
    batch = images;
    sessions = opening.apply(images);
  }

  private float[] runInParts(ImageBatch images, long[] seeds, Times times) {
    ScoringSession session = session(images, times);
    int regions = session.request().grid().count();
    float[] scores = new float[given * regions];
    long begin = System.nanoTime();
    try {
      for (int next = 0; next < given; next += batch) {
        // The last part overlaps the one before if the parts do not divide the batch.
        int first = Math.min(next, given - batch);
        ByteBuffer part = images.pixels().slice(images.offset(first), images.offset(batch));
        float[] some = session.run(part, Arrays.copyOfRange(seeds, first, first + batch));
        System.arraycopy(some, 0, scores, first * regions, some.length);
      }
    } finally {
      times.run.since(begin);
    }
    return scores;
  }

  private ScoringSession session(ImageBatch images, Times times) {
    long begin = System.nanoTime();
    try {
      return sessions.forImages(images.size());
    } catch (InsufficientMemoryException e) {
      if (batch > 1) {
        throw e;
      }
      throw new FlipsideException("not enough memory to load the network: " + e.getMessage(), e);
    } catch (InferenceException e) {
      // Not for these images alone.
      throw new FlipsideException(String.valueOf(e.getMessage()), e);
    } finally {
      times.open.since(begin);
    }
  }

  @Override
  public void close() {
    sessions.close();
  }
}
