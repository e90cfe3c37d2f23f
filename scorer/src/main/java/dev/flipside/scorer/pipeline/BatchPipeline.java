package dev.flipside.scorer.pipeline;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.scores.ImageResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * State shared by the threads of one scoring run. Each image is claimed, placed in a batch, scored,
 * and returned in pool order. The number of images in progress is limited to a window, whatever the
 * size of the pool and however slow one image is.
 *
 * <p>Decoders call {@link #claim}, {@link #place} and {@link #filled} or {@link #settle}; runners
 * call {@link #takeBatch}, {@link #settle} for each image and {@link #finished}; the calling thread
 * calls {@link #takeResult}. All waiting calls return after {@link #stop} or {@link #fail}.
 */
final class BatchPipeline {
  /** A slot in a batch. */
  record Place(ImageBatch batch, int index) {}

  private final int total;
  private final int batchSize;
  private final PixelFormat format;
  private final int mostBatches;

  @GuardedBy("this")
  private final @Nullable ImageResult[] results;

  /** Batches with free slots, oldest first. */
  @GuardedBy("this")
  private final Map<ImageSize, ImageBatch> open = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Deque<ImageBatch> ready = new ArrayDeque<>();

  @GuardedBy("this")
  private final Deque<ImageBatch> unused = new ArrayDeque<>();

  @GuardedBy("this")
  private int allocated;

  @GuardedBy("this")
  private int claimed;

  @GuardedBy("this")
  private int taken;

  /** Number of images that were claimed and are neither in a batch nor have a result. */
  @GuardedBy("this")
  private int decoding;

  /** Number of decoders that wait for a free slot. */
  @GuardedBy("this")
  private int blocked;

  @GuardedBy("this")
  private int running;

  @GuardedBy("this")
  private boolean stopped;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  /**
   * Creates a pipeline in which no image has been claimed.
   *
   * @param total number of images in the pool
   * @param batchSize images per batch
   * @param format what is read of a pixel
   * @param runners number of threads that run batches
   * @param decoders number of threads that decode
   */
  BatchPipeline(int total, int batchSize, PixelFormat format, int runners, int decoders) {
    this.format = format;
    this.total = total;
    this.batchSize = batchSize;
    this.mostBatches = 2 * runners + 2;
    this.results = new @Nullable ImageResult[batchSize * mostBatches + 2 * decoders];
  }

  /** Returns the position of the next image to decode, or -1 if there is none. */
  synchronized int claim() throws InterruptedException {
    while (!stopped && claimed < total && claimed - taken >= results.length) {
      wait();
    }
    if (stopped || claimed == total) {
      return -1;
    }
    decoding++;
    return claimed++;
  }

  /**
   * Returns a slot for a claimed image in a batch of images of its size, or null after {@link
   * #stop} or {@link #fail}.
   *
   * @throws dev.flipside.models.domain.FlipsideException if there is not enough memory for such a
   *     batch
   */
  synchronized @Nullable Place place(int image, ImageSize size) throws InterruptedException {
    blocked++;
    notifyAll();
    try {
      while (!stopped && !open.containsKey(size) && !mayAllocate()) {
        wait();
      }
    } finally {
      blocked--;
    }
    if (stopped) {
      return null;
    }
    ImageBatch batch = open.get(size);
    if (batch == null) {
      batch = takeUnused(size);
      open.put(size, batch);
    }
    Place place = new Place(batch, batch.reserve(image));
    if (batch.isReserved()) {
      open.remove(size);
    }
    return place;
  }

  @GuardedBy("this")
  private boolean mayAllocate() {
    return allocated < mostBatches || !unused.isEmpty();
  }

  @GuardedBy("this")
  private ImageBatch takeUnused(ImageSize size) {
    for (Iterator<ImageBatch> each = unused.iterator(); each.hasNext(); ) {
      ImageBatch batch = each.next();
      if (batch.size().equals(size)) {
        each.remove();
        return batch;
      }
    }
    if (allocated == mostBatches) {
      unused.removeFirst(); // of another size
      allocated--;
    }
    ImageBatch batch = new ImageBatch(size, batchSize, format);
    allocated++;
    return batch;
  }

  /** Marks a slot as filled with its decoded image. */
  synchronized void filled(Place place) {
    decoding--;
    place.batch.filled();
    queueIfFull(place.batch);
    notifyAll();
  }

  /** Marks a slot as unusable because its image cannot be decoded. */
  synchronized void givenUp(Place place, int image, ImageResult result) {
    place.batch.givenUp(place.index);
    queueIfFull(place.batch);
    settleUnplaced(image, result);
  }

  /** Sets the result of a claimed image that has no slot. */
  synchronized void settleUnplaced(int image, ImageResult result) {
    decoding--;
    settle(image, result);
  }

  @GuardedBy("this")
  private void queueIfFull(ImageBatch batch) {
    if (batch.isReserved() && batch.isSettled()) {
      queue(batch);
    }
  }

  @GuardedBy("this")
  private void queue(ImageBatch batch) {
    if (batch.isEmpty()) {
      recycle(batch);
    } else {
      ready.add(batch);
    }
  }

  @GuardedBy("this")
  private void recycle(ImageBatch batch) {
    batch.clear();
    unused.add(batch);
  }

  /**
   * Returns the next batch to run, or null if there is none. The last batch of an image size may be
   * incomplete.
   */
  synchronized @Nullable ImageBatch takeBatch() throws InterruptedException {
    while (!stopped) {
      ImageBatch batch = ready.poll();
      if (batch != null) {
        running++;
        return batch;
      }
      if (!open.isEmpty() && isStuck()) {
        ImageBatch eldest = open.remove(open.keySet().iterator().next());
        if (eldest != null) {
          queue(eldest);
          notifyAll();
        }
      } else if (claimed == total && decoding == 0 && open.isEmpty()) {
        return null;
      } else {
        wait();
      }
    }
    return null;
  }

  /** Returns whether an incomplete batch must run before any batch can be completed. */
  @GuardedBy("this")
  private boolean isStuck() {
    if (decoding > blocked) {
      return false;
    }
    boolean atEnd = claimed == total && blocked == 0;
    boolean windowFull = claimed - taken >= results.length;
    boolean nothingToTake = taken == total || results[taken % results.length] == null;
    return atEnd
        || (running == 0 && ready.isEmpty() && nothingToTake && (windowFull || blocked > 0));
  }

  /** Sets the result of an image. */
  synchronized void settle(int image, ImageResult result) {
    results[image % results.length] = result;
    notifyAll();
  }

  /** Releases a batch whose images all have their results. */
  synchronized void finished(ImageBatch batch) {
    running--;
    recycle(batch);
    notifyAll();
  }

  /**
   * Returns the result of the next image in pool order, waiting for it if necessary.
   *
   * @throws FlowFailure if a thread failed
   */
  synchronized ImageResult takeResult() throws InterruptedException, FlowFailure {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    int place = taken % results.length;
    while (results[place] == null && failure == null) {
      wait();
    }
    ImageResult result = results[place];
    if (result == null) {
      throw new FlowFailure(failure);
    }
    results[place] = null;
    taken++;
    notifyAll();
    return result;
  }

  /** Ends all threads. Work in progress is completed and discarded. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Reports that a thread failed. Only the first reason is kept. */
  synchronized void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
    stop();
  }

  /** A thread of the pipeline failed; the cause is the reason. */
  static final class FlowFailure extends Exception {
    private static final long serialVersionUID = 1L;

    FlowFailure(@Nullable Throwable reason) {
      super(reason);
    }
  }
}
