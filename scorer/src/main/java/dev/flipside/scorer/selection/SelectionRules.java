package dev.flipside.scorer.selection;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
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
 * Which regions may be selected beside one another.
 *
 * @param excluded regions that are not selected, by image
 * @param perImageMax most regions of one image in a selection, at least 1
 * @param minDistance least distance in px between the centers of full regions of one image,
 *     excluded ones counted; 0 allows neighbors
 */
public record SelectionRules(
    Map<String, List<RegionId>> excluded, int perImageMax, double minDistance) {

  /** Every region may be selected. */
  public static final SelectionRules NONE = new SelectionRules(Map.of(), Integer.MAX_VALUE, 0);

  /**
   * @throws IllegalArgumentException if the maximum is below 1 or the distance negative
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

  /** These rules with other regions excluded. */
  public SelectionRules excluding(Collection<RegionId> regions) {
    Map<String, List<RegionId>> byImage = new HashMap<>();
    for (RegionId region : regions) {
      byImage.computeIfAbsent(region.image(), image -> new java.util.ArrayList<>()).add(region);
    }
    return new SelectionRules(byImage, perImageMax, minDistance);
  }

  /** These rules with at most so many regions of one image. */
  public SelectionRules withPerImageMax(int most) {
    return new SelectionRules(excluded, most, minDistance);
  }

  /** These rules with a least distance in px between centers. */
  public SelectionRules withMinDistance(double pixels) {
    return new SelectionRules(excluded, perImageMax, pixels);
  }

  /** A short text that is the same for the same rules, and for others almost surely not. */
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

  /** Whether the regions of one image depend on one another. */
  public boolean spreads() {
    return perImageMax != Integer.MAX_VALUE || minDistance > 0;
  }

  /**
   * The excluded regions of one image, as positions in its grid.
   *
   * @throws FlipsideException if the image's grid has no such region
   */
  public BitSet taken(String image, RegionGrid grid) {
    BitSet taken = new BitSet();
    for (RegionId region : excluded.getOrDefault(image, List.of())) {
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

  /** Whether two regions of one grid lie so far apart that both may be selected. */
  boolean apart(RegionGrid grid, int one, int other) {
    double dy = (one / grid.cols() - other / grid.cols()) * (double) grid.regionHeight();
    double dx = (one % grid.cols() - other % grid.cols()) * (double) grid.regionWidth();
    return dy * dy + dx * dx >= minDistance * minDistance;
  }
}
