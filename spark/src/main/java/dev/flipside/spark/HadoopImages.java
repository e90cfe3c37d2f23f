package dev.flipside.spark;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.ImagePixels;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.pool.ImageLocation.RemoteAddress;
import dev.flipside.scorer.pool.PoolImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Reads images through Hadoop's clients ({@code s3a}, {@code hdfs}, {@code abfss}, {@code gs},
 * {@code http}, …), and those that are files directly.
 */
public final class HadoopImages implements ImageSource {
  private final Configuration configuration;

  /** Creates a source; the configuration has the credentials. */
  public HadoopImages(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ImageException if the object is missing, too large, or no readable image
   * @throws UncheckedIOException if the folder of a file is missing or the store fails, which is no
   *     fault of the image: a bucket that is missing, expired credentials, a connection that breaks
   */
  @Override
  public ImagePixels open(PoolImage image, @Nullable ImageSize resize, PixelFormat pixels) {
    if (image.location() instanceof RemoteAddress remote) {
      return ImageSource.pixels(ImageFile.of(image.id(), read(image.id(), remote), pixels), resize);
    }
    Path folder = image.file().toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new UncheckedIOException(
          image.id()
              + ": no folder "
              + folder
              + " on this machine; mount the pool under the same path on all machines",
          new NoSuchFileException(folder.toString()));
    }
    return ImageSource.FILES.open(image, resize, pixels);
  }

  private byte[] read(String id, RemoteAddress remote) {
    try {
      return HadoopFiles.read(
          remote.address(), Math.toIntExact(ImageFile.MAX_BYTES), configuration);
    } catch (FileNotFoundException e) {
      throw new ImageException(id + ": no such file: " + remote, e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          id + ": cannot be read from " + remote + ": " + HadoopFiles.reason(e), e);
    }
  }
}
