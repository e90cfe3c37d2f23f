package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.domain.ClassMap;
import org.jspecify.annotations.Nullable;

/**
 * The horizontal flip τ and its inverse on logits, which also swaps the classes that depend on the
 * side.
 */
public final class HorizontalFlip implements AutoCloseable {
  private static final int CLASSES = 1;
  private static final int COLUMNS = 3;

  private final @Nullable NDArray permutation;

  private HorizontalFlip(@Nullable NDArray permutation) {
    this.permutation = permutation;
  }

  /**
   * Creates the flip for a class map.
   *
   * @param manager manager that owns the permutation
   */
  public static HorizontalFlip open(ClassMap classes, NDManager manager) {
    if (!classes.swapsUnderFlip()) {
      return new HorizontalFlip(null);
    }
    long[] swap = classes.flipPermutation().stream().mapToLong(Integer::longValue).toArray();
    // The backward pass reads it again, so it must be in the engine's memory, not in Java's.
    try (NDArray borrowed = manager.create(swap, new Shape(1, swap.length, 1, 1))) {
      return new HorizontalFlip(borrowed.duplicate());
    }
  }

  /** Returns images {@code [N,3,H,W]} followed by the same images mirrored: {@code [2N,3,H,W]}. */
  public NDArray bothViews(NDArray images) {
    try (NDArray mirrored = images.flip(COLUMNS)) {
      return NDArrays.concat(new NDList(images, mirrored));
    }
  }

  /** Returns logits {@code [N,C,H,W]} of mirrored images in the coordinates of the images: τ⁻¹. */
  public NDArray undo(NDArray logits) {
    if (permutation == null) {
      return logits.flip(COLUMNS);
    }
    try (NDArray flipped = logits.flip(COLUMNS);
        NDArray swap = permutation.broadcast(logits.getShape())) {
      return flipped.gather(swap, CLASSES);
    }
  }

  @Override
  public void close() {
    if (permutation != null) {
      permutation.close();
    }
  }
}
