package dev.flipside.spark;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.pool.ImageLocation;
import dev.flipside.scorer.pool.ImageLocation.LocalFile;
import dev.flipside.scorer.pool.LeftOut;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.pool.RemotePool;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * The images of a pool that all machines can reach, in pool order.
 *
 * @param images the images
 * @param leftOut what the folder holds besides
 */
public record PoolListing(List<PoolImage> images, LeftOut leftOut) {
  private static final int LONGEST_LIST = Integer.MAX_VALUE - 8;

  /** Copies the list. */
  public PoolListing {
    images = List.copyOf(images);
  }

  /**
   * Lists a pool.
   *
   * @param pool folder that all machines mount, or an address such as {@code s3a://bucket/images}
   * @param list path or address of a text file with the images of the pool, one per line, or null
   *     for all of them
   * @throws FlipsideException if the folder or the list cannot be read, or names no image
   */
  public static PoolListing of(String pool, @Nullable String list, Configuration configuration) {
    ImageLocation location;
    try {
      location = ImageLocation.parse(pool);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException("--pool: " + e.getMessage(), e);
    }
    if (location instanceof LocalFile local) {
      // Executors run in folders of their own.
      Path folder = local.path().toAbsolutePath().normalize();
      Pool found = list == null ? Pool.ofFolder(folder) : listed(folder, list, configuration);
      return new PoolListing(found.images(), found.leftOut());
    }
    if (list == null) {
      RemotePool found = walk(pool, configuration);
      return new PoolListing(found.images(), found.leftOut());
    }
    try {
      return new PoolListing(
          RemotePool.ofList(pool, text(list, configuration), list), LeftOut.NOTHING);
    } catch (IOException e) {
      throw new FlipsideException(list + ": the list cannot be read: " + e.getMessage(), e);
    }
  }

  private static Pool listed(Path folder, String list, Configuration configuration) {
    try {
      return Pool.ofList(folder, text(list, configuration), list);
    } catch (IOException e) {
      throw new FlipsideException(list + ": the list cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteArrayInputStream text(String list, Configuration configuration)
      throws IOException {
    ImageLocation location;
    try {
      location = ImageLocation.parse(list);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException("--list: " + e.getMessage(), e);
    }
    String address =
        location instanceof LocalFile local
            ? local.path().toAbsolutePath().toUri().toString()
            : list;
    return new ByteArrayInputStream(HadoopFiles.read(address, LONGEST_LIST, configuration));
  }

  private static RemotePool walk(String pool, Configuration configuration) {
    RemotePool found = new RemotePool(pool);
    try {
      var root = HadoopFiles.path(pool, configuration);
      var store = root.getFileSystem(configuration);
      String prefix = store.makeQualified(root).toString().replaceFirst("/*$", "/");
      RemoteIterator<LocatedFileStatus> files = store.listFiles(root, true);
      while (files.hasNext()) {
        String file = files.next().getPath().toString();
        if (!file.startsWith(prefix)) {
          throw new FlipsideException(
              pool + ": holds " + file + ", expected files below the address of a folder");
        }
        found.offer(file.substring(prefix.length()));
      }
      return found;
    } catch (FileNotFoundException e) {
      throw new FlipsideException(pool + ": no such folder or bucket", e);
    } catch (IOException e) {
      throw new FlipsideException(pool + ": cannot be listed: " + HadoopFiles.reason(e), e);
    }
  }
}
