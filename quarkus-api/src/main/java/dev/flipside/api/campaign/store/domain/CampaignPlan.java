package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a campaign, fixed at creation.
 *
 * @param name display name, not blank
 * @param poolRoot folder that image ids are relative to
 * @param layout how the images were found: {@code folder}, {@code list}, or layout and split of a
 *     data set, for example {@code camvid/train}
 * @param list file that lists the images, null if none
 * @param classes classes of the labels
 * @param grid division of images into regions
 * @param budget maximum number of regions to label, at least 1
 * @param strategy name of the acquisition function
 */
public record CampaignPlan(
    String name,
    Path poolRoot,
    String layout,
    @Nullable Path list,
    ClassMap classes,
    GridSpec grid,
    long budget,
    String strategy) {
  /** Budget without limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /**
   * @throws IllegalArgumentException if a text is blank or the budget is not positive
   */
  public CampaignPlan {
    if (name.isBlank() || layout.isBlank() || strategy.isBlank()) {
      throw new IllegalArgumentException(
          "campaign \""
              + name
              + "\", layout \""
              + layout
              + "\", strategy \""
              + strategy
              + "\": expected some text in each");
    }
    if (budget < 1) {
      throw new IllegalArgumentException(
          "campaign \"" + name + "\": budget " + budget + ", expected at least 1 region");
    }
  }
}
