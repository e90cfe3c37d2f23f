package dev.flipside.tools.dataset;

import java.util.List;
import java.util.SortedMap;

/**
 * What one split of a data set holds.
 *
 * @param name name of the split
 * @param images number of images
 * @param labels number of labels
 * @param sizes number of images of each size, {@code HxW}
 * @param pixels labelled pixels of each class, {@code [C]}
 * @param ignored pixels that are void or unlabelled
 * @param faults what is wrong, one each
 */
public record SplitCheck(
    String name,
    int images,
    int labels,
    SortedMap<String, Integer> sizes,
    List<Long> pixels,
    long ignored,
    List<Fault> faults) {
  /** Copies the lists. */
  public SplitCheck {
    pixels = List.copyOf(pixels);
    faults = List.copyOf(faults);
  }

  /** What can be wrong. */
  public enum Kind {
    /** An image that no label belongs to. */
    NO_LABEL("image without label"),
    /** A label that belongs to no image. */
    NO_IMAGE("label without image"),
    /** A file that is no image, or is damaged. */
    UNREADABLE("unreadable file"),
    /** A label that is larger or smaller than its image. */
    OTHER_SIZE("label of another size than its image"),
    /** A label with an id that the class map does not know. */
    UNKNOWN_ID("label with ids out of range");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param file file it is wrong with, relative to the data set
   * @param detail what was found there; may be empty
   */
  public record Fault(Kind kind, String file, String detail) {}

  /** Labelled pixels of all classes. */
  public long labelledPixels() {
    return pixels.stream().mapToLong(Long::longValue).sum();
  }
}
