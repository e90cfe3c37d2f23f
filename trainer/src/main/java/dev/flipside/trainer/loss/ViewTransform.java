package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * The transformations τ of images and their inverses on logits. The inverse of the horizontal flip
 * also swaps the classes that depend on the side.
 */
final class ViewTransform implements AutoCloseable {
  private static final int CLASSES = 1;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;

  private final @Nullable NDArray permutation;

  private ViewTransform(@Nullable NDArray permutation) {
    this.permutation = permutation;
  }

  /**
   * Creates the transformations for a class map.
   *
   * @param manager manager that owns the permutation
   */
  static ViewTransform open(ClassMap classes, NDManager manager) {
    if (!classes.swapsUnderFlip()) {
      return new ViewTransform(null);
    }
    long[] swap = classes.flipPermutation().stream().mapToLong(Integer::longValue).toArray();
    // The backward pass reads it again, so it must be in the engine's memory, not in Java's.
    try (NDArray borrowed = manager.create(swap, new Shape(1, swap.length, 1, 1))) {
      return new ViewTransform(borrowed.duplicate());
    }
  }

  /** Returns the view of images {@code [N,C,H,W]}; a new array. */
  NDArray apply(NDArray images, Transformation view) {
    if (view instanceof Transformation.HorizontalFlip) {
      return images.flip(COLUMNS);
    }
    if (view instanceof Transformation.VerticalFlip) {
      return images.flip(ROWS);
    }
    if (view instanceof Transformation.Rotation rotation) {
      return rotation.degrees() == 180 ? images.flip(ROWS, COLUMNS) : quarterTurn(images);
    }
    if (view instanceof Transformation.Translation move) {
      try (NDArray rows = shift(images, ROWS, move.dy())) {
        return shift(rows, COLUMNS, move.dx());
      }
    }
    return images.duplicate();
  }

  private static NDArray quarterTurn(NDArray images) {
    try (NDArray swapped = images.swapAxes(ROWS, COLUMNS)) {
      return swapped.flip(ROWS);
    }
  }

  /** Moves along an axis; the edge is repeated on the side that enters. */
  private static NDArray shift(NDArray images, int axis, int by) {
    if (by == 0) {
      return images.duplicate();
    }
    long length = images.getShape().get(axis);
    long kept = Math.max(0, length - Math.abs(by));
    try (NDArray edge = part(images, axis, by > 0 ? 0 : length - 1, by > 0 ? 1 : length);
        NDArray filling = edge.repeat(axis, length - kept);
        NDArray rest = part(images, axis, by > 0 ? 0 : length - kept, by > 0 ? kept : length)) {
      return NDArrays.concat(by > 0 ? new NDList(filling, rest) : new NDList(rest, filling), axis);
    }
  }

  /**
   * Returns the logits of a view in the coordinates of the images: τ⁻¹. After a translation, only
   * the {@link #seen} part.
   */
  NDArray undo(NDArray logits, Transformation view) {
    if (view instanceof Transformation.HorizontalFlip && permutation != null) {
      try (NDArray flipped = logits.flip(COLUMNS);
          NDArray swap = permutation.broadcast(logits.getShape())) {
        return flipped.gather(swap, CLASSES);
      }
    }
    if (view instanceof Transformation.Rotation rotation && rotation.degrees() == 90) {
      try (NDArray turned = logits.flip(ROWS)) {
        return turned.swapAxes(ROWS, COLUMNS);
      }
    }
    if (view instanceof Transformation.Translation move) {
      return overlap(logits, ROWS, -move.dy(), -move.dx());
    }
    return apply(logits, view);
  }

  /**
   * Returns the part of a map in the coordinates of the images that the view shows, too: all but
   * the pixels that leave the frame.
   *
   * @param map tensor whose axes {@code rows} and {@code rows + 1} are rows and columns
   */
  NDArray seen(NDArray map, int rows, Transformation view) {
    return view instanceof Transformation.Translation move
        ? overlap(map, rows, move.dy(), move.dx())
        : whole(map);
  }

  /** Returns the same values and their gradient; the engine's {@code duplicate} drops gradients. */
  static NDArray whole(NDArray x) {
    return x.get(":");
  }

  /** Returns the part of a map that a translation keeps in the frame. */
  private static NDArray overlap(NDArray map, int rows, int dy, int dx) {
    try (NDArray high = overlap(map, rows, dy)) {
      return overlap(high, rows + 1, dx);
    }
  }

  private static NDArray overlap(NDArray map, int axis, int by) {
    long length = map.getShape().get(axis);
    if (Math.abs(by) >= length) {
      throw new IllegalArgumentException(
          "translation by "
              + by
              + " px of images of "
              + length
              + " px: no pixel stays in the frame");
    }
    return part(map, axis, Math.max(0, -by), length - Math.max(0, by));
  }

  /** Returns a slice along an axis. */
  private static NDArray part(NDArray x, int axis, long from, long to) {
    StringBuilder index = new StringBuilder(":,".repeat(axis));
    return x.get(index.append(from).append(':').append(to).toString());
  }

  @Override
  public void close() {
    if (permutation != null) {
      permutation.close();
    }
  }
}
