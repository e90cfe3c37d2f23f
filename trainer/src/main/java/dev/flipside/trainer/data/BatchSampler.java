package dev.flipside.trainer.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The batches of an epoch, their flips and the seeds of their augmentation. A function of seed and
 * epoch, so that a resumed run sees the same batches.
 *
 * @param batches image indices and flip of each batch
 */
public record BatchSampler(List<Entry> batches) {
  /** Keeps the list without copying. */
  public BatchSampler {
    batches = List.copyOf(batches);
  }

  /** Returns every image once, shuffled; the last batch may be smaller. */
  public static BatchSampler shuffled(
      int images, int batch, double flipProbability, long seed, int epoch) {
    return shuffled(images, batch, 1, flipProbability, seed, epoch);
  }

  /**
   * Returns every image once, shuffled. The last batch may be smaller; if it would have fewer
   * images than {@code least}, they join the batch before it.
   *
   * @param least 1 to {@code batch}
   */
  public static BatchSampler shuffled(
      int images, int batch, int least, double flipProbability, long seed, int epoch) {
    SplittableRandom random = new SplittableRandom(Seeds.mix(seed, epoch));
    int[] order = new int[images];
    for (int i = 0; i < images; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    List<Entry> batches = new ArrayList<>();
    int next = batch;
    for (int first = 0; first < images; first = next) {
      next = images - first - batch < least ? images : first + batch;
      List<Integer> indices = new ArrayList<>();
      for (int i = first; i < next; i++) {
        indices.add(order[i]);
      }
      batches.add(new Entry(indices, random.nextDouble() < flipProbability, random.nextLong()));
    }
    return new BatchSampler(batches);
  }

  /** Returns every image once, in order, without flips. */
  public static BatchSampler inOrder(int images, int batch) {
    List<Entry> batches = new ArrayList<>();
    for (int first = 0; first < images; first += batch) {
      List<Integer> indices = new ArrayList<>();
      for (int i = first; i < Math.min(first + batch, images); i++) {
        indices.add(i);
      }
      batches.add(new Entry(indices, false, 0));
    }
    return new BatchSampler(batches);
  }

  /** Returns the same order without its first batches. */
  public BatchSampler after(int done) {
    return new BatchSampler(batches.subList(done, batches.size()));
  }

  /**
   * A batch.
   *
   * @param images indices into the data
   * @param mirrored whether images and labels are flipped horizontally
   * @param seed seed of the augmentation
   */
  public record Entry(List<Integer> images, boolean mirrored, long seed) {
    /** Keeps the list without copying. */
    public Entry {
      images = List.copyOf(images);
    }
  }
}
