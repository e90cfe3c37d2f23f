package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides images into tiles that overlap, for images larger than a model takes or than memory
 * allows. Tiles have one size; the last of a row or column ends at the edge of the image. Of an
 * overlap each tile keeps the half that is nearer to its center.
 *
 * @param tile size of a tile; along a side that is shorter, a tile is as long as the image
 * @param overlap pixels that neighbours share, 0 to less than the shorter side of a tile
 */
public record Tiling(ImageSize tile, int overlap) {
  /**
   * @throws IllegalArgumentException if the overlap is negative or not smaller than a tile
   */
  public Tiling {
    if (overlap < 0 || overlap >= Math.min(tile.height(), tile.width())) {
      throw new IllegalArgumentException(
          "tiles of "
              + tile
              + " with an overlap of "
              + overlap
              + " px: expected an overlap of 0 to less than the shorter side");
    }
  }

  /**
   * A tile of an image.
   *
   * @param seen what the model sees
   * @param kept the part of it whose pixels count; these parts cover the image without overlap
   */
  record Tile(Region seen, Region kept) {}

  /** Returns the size of the tiles of an image. */
  ImageSize sizeOn(ImageSize image) {
    return new ImageSize(
        Math.min(tile.height(), image.height()), Math.min(tile.width(), image.width()));
  }

  /** Returns the tiles of an image, row by row. */
  List<Tile> on(ImageSize image) {
    ImageSize size = sizeOn(image);
    List<Tile> tiles = new ArrayList<>();
    for (Span row : spans(image.height(), size.height())) {
      for (Span col : spans(image.width(), size.width())) {
        tiles.add(
            new Tile(
                new Region(row.start, col.start, size.height(), size.width()),
                new Region(row.from, col.from, row.to - row.from, col.to - col.from)));
      }
    }
    return tiles;
  }

  /** A tile along one side: where it starts, and what it keeps. */
  private record Span(int start, int from, int to) {}

  private List<Span> spans(int length, int tile) {
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start + tile < length; start += tile - overlap) {
      starts.add(start);
    }
    starts.add(length - tile);
    List<Span> spans = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < starts.size(); i++) {
      boolean last = i == starts.size() - 1;
      int to = last ? length : (starts.get(i + 1) + starts.get(i) + tile) / 2;
      spans.add(new Span(starts.get(i), from, to));
      from = to;
    }
    return spans;
  }

  @Override
  public String toString() {
    return tile + ", overlap " + overlap + " px";
  }
}
