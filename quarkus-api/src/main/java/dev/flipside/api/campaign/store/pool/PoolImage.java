package dev.flipside.api.campaign.store.pool;

import dev.flipside.models.domain.ImageSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image of a pool.
 *
 * @param name id of the image in the pool
 * @param size size at which it was scored, null if it was not
 * @param regions number of its regions, 0 if it was not scored
 * @param score best score of its regions, null if there is none
 * @param state what is happening to its regions
 */
public record PoolImage(
    String name, @Nullable ImageSize size, int regions, @Nullable Float score, ImageState state) {
  /**
   * A part of the images of a query.
   *
   * @param total number of images that the query lists
   * @param images the images of the part, in order
   */
  public record Page(int total, List<PoolImage> images) {
    public Page {
      images = List.copyOf(images);
    }
  }
}
