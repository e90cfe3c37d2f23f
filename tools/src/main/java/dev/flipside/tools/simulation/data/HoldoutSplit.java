package dev.flipside.tools.simulation.data;

import dev.flipside.scorer.pool.LabelledImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Images of which a share is held out for validation. In video, neighboring frames are nearly the
 * same; the images held out are therefore whole runs of the list: the last part of each tenth.
 *
 * @param remaining images that are left
 * @param heldOut images for validation
 */
public record HoldoutSplit(List<LabelledImage> remaining, List<LabelledImage> heldOut) {
  private static final int RUNS = 10;

  /**
   * Divides a list.
   *
   * @param share share to hold out, 0 to 1
   */
  public static HoldoutSplit of(List<LabelledImage> images, double share) {
    List<LabelledImage> remaining = new ArrayList<>();
    List<LabelledImage> heldOut = new ArrayList<>();
    // Rounding is carried on from run to run, so that the share of all images is right.
    for (int run = 0; run < RUNS; run++) {
      int end = (run + 1) * images.size() / RUNS;
      int held = (int) Math.round(share * end) - heldOut.size();
      int middle = Math.max(run * images.size() / RUNS, end - held);
      remaining.addAll(images.subList(run * images.size() / RUNS, middle));
      heldOut.addAll(images.subList(middle, end));
    }
    return new HoldoutSplit(List.copyOf(remaining), List.copyOf(heldOut));
  }
}
