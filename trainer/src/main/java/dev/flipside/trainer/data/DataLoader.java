package dev.flipside.trainer.data;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the batches of an epoch in advance, on its own threads, and returns them in order. A
 * batch is valid until the next one is requested, which reuses its buffers.
 */
public final class DataLoader implements Iterator<Batch>, AutoCloseable {
  private final TrainingData data;
  private final ImageSize size;
  private final ImageLoader images;
  private final Iterator<BatchSampler.Entry> order;
  private final ExecutorService threads;
  private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
  private final Queue<ByteBuffer> freeImages = new ConcurrentLinkedQueue<>();
  private final Queue<ByteBuffer> freeLabels = new ConcurrentLinkedQueue<>();
  private final int largest;
  private @Nullable Batch handedOut;

  private DataLoader(
      TrainingData data,
      ImageSize size,
      Augmentation augmentation,
      BatchSampler order,
      int threads) {
    this.data = data;
    this.size = size;
    images = new ImageLoader(data.classes(), size, augmentation);
    this.order = order.batches().iterator();
    this.largest = order.batches().stream().mapToInt(each -> each.images().size()).max().orElse(0);
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "flipside-batch-loader");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i <= threads; i++) {
      loadOneMore();
    }
  }

  /** Same as the other method, without augmentation. */
  public static DataLoader open(
      TrainingData data, ImageSize size, BatchSampler order, int threads) {
    return open(data, size, Augmentation.NONE, order, threads);
  }

  /**
   * Starts loading.
   *
   * @param size size to which images are resized
   * @param augmentation random changes, by the seeds of the batches
   * @param threads number of decode threads, at least 1; one more batch than threads is prepared
   */
  public static DataLoader open(
      TrainingData data,
      ImageSize size,
      Augmentation augmentation,
      BatchSampler order,
      int threads) {
    return new DataLoader(data, size, augmentation, order, threads);
  }

  @Override
  public boolean hasNext() {
    return !ahead.isEmpty();
  }

  /**
   * Returns the next batch.
   *
   * @throws FlipsideException if an image or its labels cannot be read
   */
  @Override
  public Batch next() {
    if (ahead.isEmpty()) {
      throw new NoSuchElementException("no batch is left in this epoch");
    }
    if (handedOut != null) {
      freeImages.add(handedOut.rgb());
      freeLabels.add(handedOut.labels());
      handedOut = null;
    }
    Batch batch = await(ahead.remove());
    handedOut = batch;
    loadOneMore();
    return batch;
  }

  private void loadOneMore() {
    if (order.hasNext()) {
      BatchSampler.Entry entry = order.next();
      ahead.add(threads.submit(() -> load(entry)));
    }
  }

  private static Batch await(Future<Batch> loading) {
    try {
      return loading.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a batch could not be loaded", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlipsideException("interrupted while waiting for a batch of images", e);
    }
  }

  private Batch load(BatchSampler.Entry entry) {
    int pixels = Math.toIntExact(size.pixels());
    int count = entry.images().size();
    ByteBuffer rgb = buffer(freeImages, 3 * pixels, count);
    ByteBuffer labels = buffer(freeLabels, pixels, count);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PartiallyLabelledImage each = data.images().get(entry.images().get(i));
      images.load(each, rgb, labels, pixels * i, Seeds.mix(entry.seed(), i));
      names.add(each.image().id());
    }
    Batch batch = new Batch(names, size, rgb, labels);
    if (entry.mirrored()) {
      batch.mirror(data.classes());
    }
    return batch;
  }

  private ByteBuffer buffer(Queue<ByteBuffer> free, int bytesEach, int count) {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(Math.multiplyExact(bytesEach, largest));
    }
    return buffer.clear().limit(bytesEach * count);
  }

  /** Stops loading and discards prepared batches. */
  @Override
  public void close() {
    threads.shutdownNow();
    ahead.clear();
  }
}
