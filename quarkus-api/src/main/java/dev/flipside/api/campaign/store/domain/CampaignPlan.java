package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign sets out to do; fixed when it is created.
 *
 * @param name what people call it, not blank
 * @param poolRoot folder that image ids are relative to
 * @param layout how the images were found there: {@code folder}, {@code list}, or the layout and
 *     split of a data set, for example {@code camvid/train}
 * @param list the file that names the images, where a list was given
 * @param classes the classes that labels may hold
 * @param grid how images are divided into regions
 * @param budget regions that may be labelled, at least 1
 * @param strategy name of the acquisition that regions are chosen by
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
  /** A budget that every pool fits in. */
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
