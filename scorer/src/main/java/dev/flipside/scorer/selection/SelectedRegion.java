package dev.flipside.scorer.selection;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import org.jspecify.annotations.Nullable;

/**
 * A region selected to be labelled.
 *
 * @param rank rank in the selection, from 1
 * @param id ID of the region
 * @param region its rectangle in px of the scored image
 * @param score its score, finite
 * @param scoredSize size at which the image was scored, or null if not known: then the size of the
 *     image file
 */
public record SelectedRegion(
    int rank, RegionId id, Region region, float score, @Nullable ImageSize scoredSize) {
  /**
   * @throws IllegalArgumentException if {@code rank} is less than 1, {@code score} is not finite,
   *     or the region is not inside of the scored image
   */
  public SelectedRegion {
    if (rank < 1 || !Float.isFinite(score)) {
      throw new IllegalArgumentException(
          id
              + ": rank "
              + rank
              + ", score "
              + score
              + ", expected a rank of at least 1 and a finite score");
    }
    if (scoredSize != null && !isInside(region, scoredSize)) {
      throw new IllegalArgumentException(
          id + ": " + region + " is not inside of the scored image of " + scoredSize);
    }
  }

  /** Creates a region of an image that was scored at the size of its file. */
  public SelectedRegion(int rank, RegionId id, Region region, float score) {
    this(rank, id, region, score, null);
  }

  /**
   * Returns the rectangle in px of the image file. The regions of a grid cover the file as they
   * cover the scored image, without gap or overlap.
   *
   * @param file size of the image file
   * @throws IllegalArgumentException if the region is not inside of the file, or of no extent there
   */
  public Region on(ImageSize file) {
    ImageSize scored = scoredSize;
    Region scaled = region;
    if (scored != null && !scored.equals(file)) {
      int top = scale(region.y(), scored.height(), file.height());
      int left = scale(region.x(), scored.width(), file.width());
      int bottom = scale(region.y() + region.height(), scored.height(), file.height());
      int right = scale(region.x() + region.width(), scored.width(), file.width());
      if (bottom <= top || right <= left) {
        throw new IllegalArgumentException(
            id + ": " + region + " of the scored " + scored + " has no pixel in " + file);
      }
      scaled = new Region(top, left, bottom - top, right - left);
    }
    if (!isInside(scaled, file)) {
      throw new IllegalArgumentException(
          id + ": " + scaled + " is not inside of the image of " + file);
    }
    return scaled;
  }

  private static int scale(int at, int from, int to) {
    return (int) Math.round((double) at * to / from);
  }

  private static boolean isInside(Region region, ImageSize size) {
    return (long) region.y() + region.height() <= size.height()
        && (long) region.x() + region.width() <= size.width();
  }
}
