package dev.flipside.scorer.selection;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds excluded regions of images that were not scored. */
public final class ExclusionCheck {
  private final SortedSet<String> missing;

  /** Creates a check to which no image has been shown. */
  public ExclusionCheck(SelectionRules rules) {
    missing = new TreeSet<>(rules.excluded().keySet());
  }

  /** Takes note of an image of the scores, failed or not. */
  public void saw(String image) {
    if (!missing.isEmpty()) {
      missing.remove(ImageIds.normal(image));
    }
  }

  /** Returns the warning to print, if excluded images were not seen. */
  public Optional<String> warning() {
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "excluded regions are of images that the scores do not have: "
                + missing.size()
                + (missing.size() == 1 ? " image" : " images")
                + ", first "
                + missing.first()
                + "; their regions are not excluded: score and exclude with names relative to the"
                + " same folder");
  }
}
