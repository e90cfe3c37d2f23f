package dev.flipside.scorer.selection;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rules that restrict which regions may be selected.
 *
 * @param excluded regions that must not be selected, by image; {@link #excluding} brings the IDs of
 *     images into the form in which they are compared
 * @param perImageMax maximum number of selected regions per image, at least 1
 * @param minDistance minimum distance in px between the centers of full regions of the same image,
 *     including excluded ones; 0 allows adjacent regions
 */
public record SelectionRules(
    Map<String, List<RegionId>> excluded, int perImageMax, double minDistance)
    implements Serializable {

  /** No restrictions. */
  public static final SelectionRules NONE = new SelectionRules(Map.of(), Integer.MAX_VALUE, 0);

  /**
   * @throws IllegalArgumentException if {@code perImageMax} is less than 1 or {@code minDistance}
   *     is negative
   */
  public SelectionRules {
    excluded = Map.copyOf(excluded);
    if (perImageMax < 1 || !(minDistance >= 0)) {
      throw new IllegalArgumentException(
          "selection with at most "
              + perImageMax
              + " regions an image, "
              + minDistance
              + " px apart: expected at least 1 region and a distance of at least 0");
    }
  }

  /**
   * Returns a copy with other excluded regions. A leading {@code ./} and repeated slashes in the
   * IDs of their images do not count.
   */
  public SelectionRules excluding(Collection<RegionId> regions) {
    Map<String, List<RegionId>> byImage = new HashMap<>();
    for (RegionId region : regions) {
      String image = ImageIds.normal(region.image());
      byImage
          .computeIfAbsent(image, each -> new java.util.ArrayList<>())
          .add(new RegionId(image, region.row(), region.col()));
    }
    return new SelectionRules(byImage, perImageMax, minDistance);
  }

  /** Returns a copy with another maximum number of regions per image. */
  public SelectionRules withPerImageMax(int most) {
    return new SelectionRules(excluded, most, minDistance);
  }

  /** Returns a copy with another minimum distance between centers, in px. */
  public SelectionRules withMinDistance(double pixels) {
    return new SelectionRules(excluded, perImageMax, pixels);
  }

  /** Returns a short hash of the rules. Equal rules have equal fingerprints. */
  public String fingerprint() {
    StringBuilder text = new StringBuilder().append(perImageMax).append(' ').append(minDistance);
    new TreeMap<>(excluded)
        .forEach((image, regions) -> text.append('\n').append(new TreeSet<>(regions)));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** Returns whether selecting a region can rule out other regions of the same image. */
  public boolean spreads() {
    return perImageMax != Integer.MAX_VALUE || minDistance > 0;
  }

  /**
   * Returns the excluded regions of an image as positions in its grid.
   *
   * @throws FlipsideException if the grid of the image does not have such a region
   */
  public BitSet taken(String image, RegionGrid grid) {
    BitSet taken = new BitSet();
    for (RegionId region : excluded.getOrDefault(ImageIds.normal(image), List.of())) {
      if (region.row() >= grid.rows() || region.col() >= grid.cols()) {
        throw new FlipsideException(
            "excluded region "
                + region
                + ": the scores of this image have "
                + grid.rows()
                + "x"
                + grid.cols()
                + " regions; exclude selections that were made on the same grid");
      }
      taken.set(grid.index(region.row(), region.col()));
    }
    return taken;
  }

  /** Returns whether two regions of a grid are far enough apart to be selected together. */
  boolean apart(RegionGrid grid, int one, int other) {
    double dy = (one / grid.cols() - other / grid.cols()) * (double) grid.regionHeight();
    double dx = (one % grid.cols() - other % grid.cols()) * (double) grid.regionWidth();
    return dy * dy + dx * dx >= minDistance * minDistance;
  }
}
