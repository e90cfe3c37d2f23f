package dev.flipside.tools.simulation.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which regions of which images have been labelled, and what that leaves visible of a label map.
 */
public final class LabelledRegions {
  private final SortedMap<String, Set<RegionId>> byImage = new TreeMap<>();
  private long count;

  /**
   * Adds regions.
   *
   * @throws IllegalStateException if one of them is labelled already: a region is paid for once
   */
  public void addAll(Collection<RegionId> regions) {
    for (RegionId id : regions) {
      if (!byImage.computeIfAbsent(id.image(), image -> new TreeSet<>()).add(id)) {
        throw new IllegalStateException("region " + id + " is labelled already");
      }
      count++;
    }
  }

  /** Number of labelled regions. */
  public long count() {
    return count;
  }

  /** Ids of the images with at least one labelled region, ascending. */
  public Set<String> images() {
    return Collections.unmodifiableSet(byImage.keySet());
  }

  /** The labelled regions of one image, in row-major order. */
  public Set<RegionId> of(String image) {
    return Collections.unmodifiableSet(byImage.getOrDefault(image, Set.of()));
  }

  /** All labelled regions, image by image. */
  public Set<RegionId> all() {
    Set<RegionId> all = new TreeSet<>();
    byImage.values().forEach(all::addAll);
    return all;
  }

  /** The ground truth where it is labelled, the ignore index everywhere else. */
  public LabelMap reveal(String image, LabelMap truth, RegionGrid grid, ClassMap classes) {
    LabelMap visible = LabelMap.unlabelled(truth.size(), classes);
    int width = truth.size().width();
    for (RegionId id : of(image)) {
      Region region = grid.region(id.row(), id.col());
      for (int y = region.y(); y < region.y() + region.height(); y++) {
        int start = y * width + region.x();
        System.arraycopy(truth.ids(), start, visible.ids(), start, region.width());
      }
    }
    return visible;
  }
}
