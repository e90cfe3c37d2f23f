package dev.flipside.scorer.pipeline;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Scores images tile by tile. The model scores single pixels of a tile; the pixels that each tile
 * keeps make up the image, and the score of a region is the mean of its pixels. Not thread-safe.
 */
final class TileRunner {
  private final BatchRunner runner;
  private final Tiling tiling;
  private final int batch;
  private @Nullable ImageBatch buffer;

  /**
   * Creates a runner.
   *
   * @param runner its sessions score regions of one pixel
   * @param batch tiles per batch
   */
  TileRunner(BatchRunner runner, Tiling tiling, int batch) {
    this.runner = runner;
    this.tiling = tiling;
    this.batch = batch;
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
    ImageBatch tiles = buffer(size, images.format());
    long[] seeds = new long[tiles.capacity()];
    Arrays.fill(seeds, seed);
    List<Tiling.Tile> all = tiling.on(image);
    float[] pixels = new float[Math.toIntExact(image.pixels())];
    for (int first = 0; first < all.size(); first += tiles.capacity()) {
      int count = Math.min(tiles.capacity(), all.size() - first);
      for (int i = 0; i < tiles.capacity(); i++) {
        // Spare places repeat the last tile, so that they hold nothing unusual.
        Region seen = all.get(first + Math.min(i, count - 1)).seen();
        cut(images, place, seen, tiles, i);
      }
      float[] values = runner.run(tiles, seeds, times, notice);
      for (int i = 0; i < count; i++) {
        keep(values, i * Math.toIntExact(size.pixels()), all.get(first + i), pixels, image);
      }
    }
    return pixels;
  }

  private ImageBatch buffer(ImageSize size, PixelFormat format) {
    ImageBatch known = buffer;
    if (known == null || !known.size().equals(size)) {
      known = new ImageBatch(size, batch, format);
      buffer = known;
    }
    return known;
  }

  private static void cut(
      ImageBatch images, int place, Region seen, ImageBatch tiles, int tilePlace) {
    int bytes = images.format().pixelBytes();
    int row = bytes * seen.width();
    for (int y = 0; y < seen.height(); y++) {
      int pixel = (seen.y() + y) * images.size().width() + seen.x();
      int from = images.offset(place) + bytes * pixel;
      tiles.pixels().put(tiles.offset(tilePlace) + y * row, images.pixels(), from, row);
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
