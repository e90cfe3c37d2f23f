package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Scores images tile by tile. The model scores single pixels of a tile; the pixels that each tile
 * keeps make up the image, and the score of a region is the mean of its pixels. Not thread-safe.
 */
final class TileRunner {
  private final BatchRunner runner;
  private final Tiling tiling;
  private ImageBatch tiles;

  /**
   * Creates a runner.
   *
   * @param runner its sessions score regions of one pixel
   * @param batch tiles per batch
   */
  TileRunner(BatchRunner runner, Tiling tiling, int batch) {
    this.runner = runner;
    this.tiling = tiling;
    this.tiles = new ImageBatch(tiling.tile(), batch);
  }

  /** Scores a batch; see {@link BatchRunner#run}. */
  float[] run(
      ImageBatch images,
      RegionGrid grid,
      long[] seeds,
      BatchRunner.Times times,
      Consumer<String> notice) {
    float[] scores = new float[images.capacity() * grid.count()];
    for (int place = 0; place < images.capacity(); place++) {
      if (images.holds(place)) {
        float[] pixels = pixels(images, place, seeds[place], times, notice);
        means(pixels, grid, scores, place * grid.count());
      }
    }
    return scores;
  }

  private float[] pixels(
      ImageBatch images, int place, long seed, BatchRunner.Times times, Consumer<String> notice) {
    ImageSize image = images.size();
    ImageSize size = tiling.sizeOn(image);
    if (!tiles.size().equals(size)) {
      tiles = new ImageBatch(size, tiles.capacity());
    }
    long[] seeds = new long[tiles.capacity()];
    Arrays.fill(seeds, seed);
    List<Tiling.Tile> all = tiling.on(image);
    float[] pixels = new float[Math.toIntExact(image.pixels())];
    for (int first = 0; first < all.size(); first += tiles.capacity()) {
      int count = Math.min(tiles.capacity(), all.size() - first);
      for (int i = 0; i < tiles.capacity(); i++) {
        // Spare places repeat the last tile, so that they hold nothing unusual.
        Region seen = all.get(first + Math.min(i, count - 1)).seen();
        cut(images.rgb(), images.offset(place), image, seen, tiles.offset(i));
      }
      float[] values = runner.run(tiles, seeds, times, notice);
      for (int i = 0; i < count; i++) {
        keep(values, i * Math.toIntExact(size.pixels()), all.get(first + i), pixels, image);
      }
    }
    return pixels;
  }

  private void cut(ByteBuffer rgb, int from, ImageSize image, Region seen, int to) {
    int row = 3 * seen.width();
    for (int y = 0; y < seen.height(); y++) {
      int source = from + 3 * ((seen.y() + y) * image.width() + seen.x());
      tiles.rgb().put(to + y * row, rgb, source, row);
    }
  }

  private static void keep(
      float[] values, int from, Tiling.Tile tile, float[] pixels, ImageSize image) {
    Region seen = tile.seen();
    Region kept = tile.kept();
    for (int y = kept.y(); y < kept.y() + kept.height(); y++) {
      int source = from + (y - seen.y()) * seen.width() + kept.x() - seen.x();
      System.arraycopy(values, source, pixels, y * image.width() + kept.x(), kept.width());
    }
  }

  private static void means(float[] pixels, RegionGrid grid, float[] scores, int at) {
    for (int index = 0; index < grid.count(); index++) {
      Region region = grid.region(index / grid.cols(), index % grid.cols());
      double sum = 0;
      for (int y = region.y(); y < region.y() + region.height(); y++) {
        int row = y * grid.image().width();
        for (int x = region.x(); x < region.x() + region.width(); x++) {
          sum += pixels[row + x];
        }
      }
      scores[at + index] = (float) (sum / region.pixels());
    }
  }
}
