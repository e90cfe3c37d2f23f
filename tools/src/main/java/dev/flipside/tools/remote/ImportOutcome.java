package dev.flipside.tools.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a file of answers.
 *
 * @param labelled regions that have their label now
 * @param refused answers that changed nothing
 * @param items each answer
 */
public record ImportOutcome(long labelled, long refused, List<Item> items) {
  /**
   * One answer.
   *
   * @param image id of the image
   * @param region names the region, or null where the whole image was refused
   * @param outcome LABELLED or REFUSED
   * @param detail why it was refused
   */
  public record Item(
      String image, @Nullable String region, String outcome, @Nullable String detail) {}
}
