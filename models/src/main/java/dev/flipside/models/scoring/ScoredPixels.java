package dev.flipside.models.scoring;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;

/**
 * The rectangle of pixels that stay in the frame under every translation of a head. Only these are
 * scored, and the mean of a region is over these.
 */
final class ScoredPixels {
  private final RegionGrid grid;
  private final int top;
  private final int left;
  private final int bottom;
  private final int right;

  private ScoredPixels(RegionGrid grid, int top, int left, int bottom, int right) {
    this.grid = grid;
    this.top = top;
    this.left = left;
    this.bottom = bottom;
    this.right = right;
  }

  /**
   * Computes the rectangle.
   *
   * @throws FlipsideException if a region has no pixel in it
   */
  static ScoredPixels of(ScoringRequest request) {
    RegionGrid grid = request.grid();
    int top = 0;
    int left = 0;
    int bottom = grid.image().height();
    int right = grid.image().width();
    for (Transformation view : request.head().views()) {
      if (view instanceof Transformation.Translation move) {
        top = Math.max(top, -move.dy());
        left = Math.max(left, -move.dx());
        bottom = Math.min(bottom, grid.image().height() - move.dy());
        right = Math.min(right, grid.image().width() - move.dx());
      }
    }
    ScoredPixels pixels = new ScoredPixels(grid, top, left, bottom, right);
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        if (pixels.count(grid.region(row, col)) == 0) {
          throw new FlipsideException(
              "translation: all pixels of region ["
                  + row
                  + ","
                  + col
                  + "] leave the frame of an image of "
                  + grid.image()
                  + "; take larger regions or a shorter translation");
        }
      }
    }
    return pixels;
  }

  /** Returns a map with 0 at all pixels that are not scored. */
  OnnxValue only(OnnxOps ops, OnnxValue map) {
    if (all()) {
      return map;
    }
    int height = grid.image().height();
    int width = grid.image().width();
    float[] outside = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        outside[y * width + x] = y >= top && y < bottom && x >= left && x < right ? 0 : 1;
      }
    }
    OnnxValue mask = ops.floats(outside, 1, 1, height, width);
    return ops.op("Where", ops.op("Greater", mask, ops.scalar(0.5f)), ops.scalar(0), map);
  }

  /**
   * Converts region means over all pixels to means over the scored ones, {@code [B,1,rows,cols]}.
   */
  OnnxValue perScoredPixel(OnnxOps ops, OnnxValue means) {
    if (all()) {
      return means;
    }
    float[] factors = new float[grid.count()];
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        Region region = grid.region(row, col);
        factors[grid.index(row, col)] =
            (float) ((double) region.height() * region.width() / count(region));
      }
    }
    return ops.op("Mul", means, ops.floats(factors, 1, 1, grid.rows(), grid.cols()));
  }

  private boolean all() {
    return top == 0
        && left == 0
        && bottom == grid.image().height()
        && right == grid.image().width();
  }

  private long count(Region region) {
    long height = Math.min(bottom, region.y() + region.height()) - (long) Math.max(top, region.y());
    long width = Math.min(right, region.x() + region.width()) - (long) Math.max(left, region.x());
    return Math.max(0, height) * Math.max(0, width);
  }
}
