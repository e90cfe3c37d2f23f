package dev.flipside.tools.command.options;

import dev.flipside.scorer.image.ImageCache;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the cache of decoded images: folder and size limit. */
@Section(Section.SPEED)
public final class CacheOptions {
  @Option(
      names = "--image-cache",
      paramLabel = "DIR",
      description =
          "Cache decoded and resized images in this folder for later runs (default: no"
              + " cache).")
  private @Nullable Path folder;

  @Option(
      names = "--image-cache-bytes",
      paramLabel = "N",
      defaultValue = "10000000000",
      description =
          "Maximum size of --image-cache in bytes; the least recently used images are"
              + " removed first (default: ${DEFAULT-VALUE}).")
  private long bytes;

  public ImageSource images(CommonOptions common) {
    common.require(bytes >= 0, "--image-cache-bytes", bytes, "0 or more");
    return folder == null ? ImageSource.FILES : ImageCache.open(folder, bytes);
  }

  /** Prints a note if the cache stopped accepting images. */
  public void printNote(ImageSource images, CommonOptions common) {
    if (images instanceof ImageCache cache) {
      cache.stopped().ifPresent(reason -> common.err().println("note: " + reason));
    }
  }
}
