package dev.flipside.spark;

import dev.flipside.scorer.pool.ImageLocation;
import dev.flipside.scorer.pool.PoolImage;
import java.io.Serializable;

/**
 * An image of a pool as it is sent to an executor.
 *
 * @param position its position in the pool
 * @param id ID of the image
 * @param location address, or path of a file that all machines can open
 */
record PoolEntry(long position, String id, String location) implements Serializable {
  PoolImage image() {
    return new PoolImage(id, ImageLocation.parse(location));
  }
}
