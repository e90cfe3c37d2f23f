package dev.flipside.scorer.pipeline;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.scores.ImageResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of one scoring run share. Images flow from claimed to placed in a batch to
 * scored to taken in pool order; at most a window of them is on the way at any time, whatever the
 * size of the pool and however slow one image is.
 *
 * <p>Decoders call {@link #claim}, {@link #place} and {@link #filled} or {@link #settle}; runners
 * call {@link #takeBatch}, {@link #settle} for each image and {@link #finished}; the caller's
 * thread calls {@link #takeResult}. Every waiting call ends once {@link #stop} or {@link #fail} was
 * called.
 */
final class BatchPipeline {
  /** A place in a batch. */
  record Place(ImageBatch batch, int index) {}

  private final int total;
  private final int batchSize;
  private final int mostBatches;

  @GuardedBy("this")
  private final @Nullable ImageResult[] results;

  /** Batches with places left, the eldest first. */
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

  /** Images that were claimed and neither are in a batch nor have a result. */
  @GuardedBy("this")
  private int decoding;

  /** Decoders that wait for a batch to place an image in. */
  @GuardedBy("this")
  private int blocked;

  @GuardedBy("this")
  private int running;

  @GuardedBy("this")
  private boolean stopped;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  /**
   * A flow in which nothing has been claimed.
   *
   * @param total images of the pool
   * @param batchSize images a batch
   * @param runners threads that run batches
   * @param decoders threads that decode
   */
  BatchPipeline(int total, int batchSize, int runners, int decoders) {
    this.total = total;
    this.batchSize = batchSize;
    this.mostBatches = 2 * runners + 2;
    this.results = new @Nullable ImageResult[batchSize * mostBatches + 2 * decoders];
  }

  /** Position of the next image to decode; -1 where there is none left. */
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
   * A place for a claimed image in a batch of images of its size, or null once the flow was
   * stopped.
   *
   * @throws dev.flipside.models.domain.FlipsideException if there is no memory for such a batch
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
    ImageBatch batch = new ImageBatch(size, batchSize);
    allocated++;
    return batch;
  }

  /** The image of a place was decoded into it. */
  synchronized void filled(Place place) {
    decoding--;
    place.batch.filled();
    queueIfFull(place.batch);
    notifyAll();
  }

  /** The image of a place cannot be decoded. */
  synchronized void givenUp(Place place, int image, ImageResult result) {
    place.batch.givenUp(place.index);
    queueIfFull(place.batch);
    settleUnplaced(image, result);
  }

  /** A claimed image that has no place gets its result. */
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
   * The next batch to run, the last of its size perhaps not full; null where there is none left.
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

  /** Whether no batch will become full before one that is not is run. */
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

  /** An image gets its result. */
  synchronized void settle(int image, ImageResult result) {
    results[image % results.length] = result;
    notifyAll();
  }

  /** A batch was run and all its images have their results. */
  synchronized void finished(ImageBatch batch) {
    running--;
    recycle(batch);
    notifyAll();
  }

  /**
   * The result of the next image in pool order.
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

  /** Lets every thread end; what is under way is finished and thrown away. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** A thread cannot go on; the first reason is the one that is told. */
  synchronized void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
    stop();
  }

  /** A thread of the flow failed; its cause is the reason. */
  static final class FlowFailure extends Exception {
    private static final long serialVersionUID = 1L;

    FlowFailure(@Nullable Throwable reason) {
      super(reason);
    }
  }
}
