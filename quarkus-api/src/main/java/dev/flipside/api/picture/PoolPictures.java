package dev.flipside.api.picture;

import dev.flipside.api.access.AllowedFolders;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Access to the image files of campaigns: registered images below the roots only. */
@Singleton
public final class PoolPictures {
  private final CampaignStore store;
  private final AllowedFolders allowed;

  @Inject
  PoolPictures(CampaignStore store, AllowedFolders allowed) {
    this.store = store;
    this.allowed = allowed;
  }

  /**
   * Returns the file of an image.
   *
   * @throws ApiProblem if the file does not exist or is not below a root
   * @throws dev.flipside.api.campaign.store.domain.NotInStoreException if the campaign has no such
   *     image, or it is not scored yet
   */
  public Path file(Campaign campaign, String image) {
    store.region(campaign.id(), new RegionId(image, 0, 0));
    Path file = campaign.plan().poolRoot().resolve(image);
    if (!Files.isRegularFile(file) || !allowed.holds(file)) {
      throw ApiProblem.notFound(
          "image", image, "Its file was removed or is no longer below a root. Restore it.");
    }
    return file;
  }

  /** Returns the pixels of a region. */
  DecodedImage crop(Campaign campaign, RegionId id) {
    store.region(campaign.id(), id);
    DecodedImage image = ImageReader.read(file(campaign, id.image()), null);
    Region region = campaign.plan().grid().on(image.size()).region(id.row(), id.col());
    return Paint.crop(image, region);
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
