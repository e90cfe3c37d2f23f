package dev.flipside.tools.agent;

import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.pool.PoolImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reduces images for a round, and leaves out those that it cannot use: a single broken image of a
 * pool does not stop the training.
 */
final class UsableImages {
  private final ResizedImages reduced;
  private final Set<String> broken = new LinkedHashSet<>();
  private final Set<String> otherAspect = new LinkedHashSet<>();
  private String reason = "";

  UsableImages(ResizedImages reduced) {
    this.reduced = reduced;
  }

  /** Returns the images at the size of training, without those that cannot be used. */
  List<PoolImage> of(List<PoolImage> images) {
    List<PoolImage> usable = new ArrayList<>();
    for (PoolImage each : images) {
      try {
        PoolImage small = reduced.of(each);
        if (small == null) {
          otherAspect.add(each.id());
        } else {
          usable.add(small);
        }
      } catch (ImageException e) {
        if (broken.isEmpty()) {
          reason = String.valueOf(e.getMessage());
        }
        broken.add(each.id());
      }
    }
    return usable;
  }

  /** Returns what was left out so far, in words; empty if nothing was. */
  String leftOut() {
    List<String> parts = new ArrayList<>();
    if (!broken.isEmpty()) {
      parts.add("images left out because they cannot be read: " + broken.size() + ", " + reason);
    }
    if (!otherAspect.isEmpty()) {
      parts.add(
          "images left out because of another aspect ratio than "
              + reduced.size()
              + " px: "
              + otherAspect.size()
              + ", first "
              + otherAspect.iterator().next());
    }
    return String.join("; ", parts);
  }
}
