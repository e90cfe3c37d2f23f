package dev.flipside.api.image;

import dev.flipside.api.access.AllowedFolders;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.upload.DecodeBudget;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.ImageReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Access to the image files of campaigns: registered images below the roots only. */
@Singleton
public final class PoolPictures {
  private final CampaignStore store;
  private final AllowedFolders allowed;
  private final DecodeBudget budget;

  @Inject
  PoolPictures(CampaignStore store, AllowedFolders allowed, DecodeBudget budget) {
    this.store = store;
    this.allowed = allowed;
    this.budget = budget;
  }

  /**
   * Returns the file of an image.
   *
   * @throws ApiProblem if the file does not exist or is not below a root
   * @throws dev.flipside.api.campaign.store.domain.NotInStoreException if the campaign has no such
   *     image, or it is not scored yet
   */
  public Path file(Campaign campaign, String image) {
    return file(campaign, new RegionId(image, 0, 0));
  }

  /** Returns the file of the image of a region, as {@link #file(Campaign, String)}. */
  Path file(Campaign campaign, RegionId region) {
    store.region(campaign.id(), region);
    String image = region.image();
    Path file = campaign.plan().poolRoot().resolve(image);
    if (!Files.isRegularFile(file) || !allowed.holds(file)) {
      throw ApiProblem.notFound(
          "image", image, "Its file was removed or is no longer below a root. Restore it.");
    }
    return file;
  }

  /**
   * Decodes an image and uses it within the memory for decoding.
   *
   * @param more further bytes per pixel that the use takes, with its result
   */
  public <T> T decoded(Path file, long more, Function<DecodedImage, T> use) {
    return decoded(file, more, size -> null, use);
  }

  /**
   * Decodes an image, reduced to a length of its longer side in px unless it is smaller, and uses
   * it as {@link #decoded}.
   */
  <T> T reduced(Path file, int longer, Function<DecodedImage, T> use) {
    return decoded(
        file,
        0,
        size -> {
          int length = Math.max(size.height(), size.width());
          return length <= longer
              ? null
              : new ImageSize(
                  Math.max(1, (int) ((long) size.height() * longer / length)),
                  Math.max(1, (int) ((long) size.width() * longer / length)));
        },
        use);
  }

  @SuppressWarnings("try") // holds the share while the image is in use
  private <T> T decoded(
      Path file,
      long more,
      Function<ImageSize, @Nullable ImageSize> resizeTo,
      Function<DecodedImage, T> use) {
    long memory;
    ImageSize size;
    try (DecodeBudget.Share whole = budget.take("image", length(file))) {
      ImageFile image = ImageFile.read(file);
      size = image.size();
      memory = image.imageMemory() + more * size.pixels();
    }
    try (DecodeBudget.Share share = budget.take("image", memory)) {
      return use.apply(ImageReader.read(file, resizeTo.apply(size)));
    }
  }

  /** Returns the pixels of a region of an image. */
  static DecodedImage crop(Campaign campaign, RegionId id, DecodedImage image) {
    Region region = campaign.plan().grid().on(image.size()).region(id.row(), id.col());
    return Paint.crop(image, region);
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a string that changes when the file is modified. */
  static String version(Path file) {
    try {
      return Long.toHexString(Files.getLastModifiedTime(file).toMillis())
          + "-"
          + Long.toHexString(Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
