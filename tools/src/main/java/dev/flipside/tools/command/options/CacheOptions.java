package dev.flipside.tools.command.options;

import dev.flipside.scorer.image.ImageCache;
import dev.flipside.scorer.image.ImageSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether decoded images are kept for later runs, where, and how many bytes of them. */
public final class CacheOptions {
  @Option(
      names = "--image-cache",
      paramLabel = "DIR",
      description =
          "Keep decoded and resized images in this folder, so that later runs need not decode them"
              + " (default: none are kept).")
  private @Nullable Path folder;

  @Option(
      names = "--image-cache-bytes",
      paramLabel = "N",
      defaultValue = "10000000000",
      description =
          "Most bytes that --image-cache may hold; what was unused the longest makes room (default:"
              + " ${DEFAULT-VALUE}).")
  private long bytes;

  public ImageSource images(CommonOptions common) {
    common.require(bytes >= 0, "--image-cache-bytes", bytes, "0 or more");
    return folder == null ? ImageSource.FILES : ImageCache.open(folder, bytes);
  }

  /** Says so where images could not be kept. */
  public void tell(ImageSource images, CommonOptions common) {
    if (images instanceof ImageCache cache) {
      cache.stopped().ifPresent(reason -> common.err().println("note: " + reason));
    }
  }
}
