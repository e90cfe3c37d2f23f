package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;

/** Transformations as graph nodes, on tensors whose height and width are adjacent axes. */
final class ViewOps {
  private final OnnxOps ops;

  ViewOps(OnnxOps ops) {
    this.ops = ops;
  }

  /**
   * Applies a transformation to an image.
   *
   * @param x tensor of any type, of rank {@code rank}
   * @param heightAxis axis of the rows; the next one is that of the columns
   * @param image size of the image
   */
  OnnxValue apply(Transformation view, OnnxValue x, int rank, int heightAxis, ImageSize image) {
    if (view instanceof Transformation.HorizontalFlip) {
      return ops.reverse(x, heightAxis + 1);
    }
    if (view instanceof Transformation.VerticalFlip) {
      return ops.reverse(x, heightAxis);
    }
    if (view instanceof Transformation.Rotation rotation) {
      return rotation.degrees() == 180
          ? ops.reverse(ops.reverse(x, heightAxis), heightAxis + 1)
          : ops.reverse(swapSides(x, rank, heightAxis), heightAxis);
    }
    if (view instanceof Transformation.Translation move) {
      return shift(x, heightAxis, image, move.dy(), move.dx());
    }
    return x;
  }

  /** Applies the inverse of {@link #apply} to a map of the view. */
  OnnxValue invert(Transformation view, OnnxValue x, int rank, int heightAxis, ImageSize image) {
    if (view instanceof Transformation.Rotation rotation && rotation.degrees() == 90) {
      return swapSides(ops.reverse(x, heightAxis), rank, heightAxis);
    }
    if (view instanceof Transformation.Translation move) {
      return shift(x, heightAxis, image, -move.dy(), -move.dx());
    }
    return apply(view, x, rank, heightAxis, image);
  }

  private OnnxValue swapSides(OnnxValue x, int rank, int heightAxis) {
    long[] permutation = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      permutation[axis] = axis;
    }
    permutation[heightAxis] = heightAxis + 1L;
    permutation[heightAxis + 1] = heightAxis;
    return ops.transpose(x, permutation);
  }

  private OnnxValue shift(OnnxValue x, int heightAxis, ImageSize image, int dy, int dx) {
    OnnxValue moved = dy == 0 ? x : ops.gather(x, heightAxis, shifted(image.height(), dy));
    return dx == 0 ? moved : ops.gather(moved, heightAxis + 1, shifted(image.width(), dx));
  }

  /** Returns the source row of each row after a shift; the edge is repeated. */
  private static long[] shifted(int length, int by) {
    long[] from = new long[length];
    for (int i = 0; i < length; i++) {
      from[i] = Math.max(0L, Math.min(length - 1L, (long) i - by));
    }
    return from;
  }
}
