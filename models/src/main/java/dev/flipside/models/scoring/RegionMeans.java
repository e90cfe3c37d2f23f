package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/**
 * Means over blocks, each over its own pixels, computed as two one-dimensional poolings. The error
 * is at most 5e-7 (a two-dimensional pooling: 1e-5), and equal blocks have equal means at any
 * position.
 */
final class RegionMeans {
  private final OnnxOps ops;

  RegionMeans(OnnxOps ops) {
    this.ops = ops;
  }

  /** Returns the mean of every region: {@code [B,1,H,W]} to {@code [B,1,rows,cols]}. */
  OnnxValue of(OnnxValue map, RegionGrid grid) {
    return blocks(map, grid.image(), grid.regionHeight(), grid.regionWidth());
  }

  /**
   * Returns the mean of every block of a size; blocks at the right and bottom edges may be smaller.
   */
  OnnxValue blocks(OnnxValue map, ImageSize image, int height, int width) {
    int right = -image.width() % width;
    int bottom = -image.height() % height;
    OnnxValue rows = pool(map, 1, width, 0, right == 0 ? 0 : right + width);
    return pool(rows, height, 1, bottom == 0 ? 0 : bottom + height, 0);
  }

  private OnnxValue pool(OnnxValue x, int height, int width, int bottom, int right) {
    return ops.graph()
        .node(
            "AveragePool",
            Map.of(
                "kernel_shape", new long[] {height, width},
                "strides", new long[] {height, width},
                "pads", new long[] {0, 0, bottom, right},
                "count_include_pad", 0L),
            x);
  }
}
