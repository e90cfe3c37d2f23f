package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/**
 * Means over blocks, each over its own pixels, by two one-axis pools: within 5e-7 of the exact mean
 * where one pool of both axes is off by 1e-5, and the same for equal blocks wherever they lie.
 */
final class RegionMeans {
  private final OnnxOps ops;

  RegionMeans(OnnxOps ops) {
    this.ops = ops;
  }

  /** The mean of every region: {@code [B,1,H,W]} to {@code [B,1,rows,cols]}. */
  OnnxValue of(OnnxValue map, RegionGrid grid) {
    return blocks(map, grid.image(), grid.regionHeight(), grid.regionWidth());
  }

  /** The mean of every block of a size, smaller at the right and the bottom edge. */
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
