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
 * @param notes what is worth knowing, one sentence each
 */
public record SplitCheck(
    String name,
    int images,
    int labels,
    SortedMap<String, Integer> sizes,
    List<Long> pixels,
    long ignored,
    List<Fault> faults,
    List<String> notes) {
  /** Copies the lists. */
  public SplitCheck {
    pixels = List.copyOf(pixels);
    faults = List.copyOf(faults);
    notes = List.copyOf(notes);
  }

  /** What can be wrong. */
  public enum Kind {
    /** An image that no label belongs to. */
    NO_LABEL("image without label"),
    /** A label that belongs to no image. */
    NO_IMAGE("label without image"),
    /** A file that is no image, is damaged, or cannot hold class IDs. */
    UNREADABLE("unreadable file"),
    /** A label that is larger or smaller than its image. */
    OTHER_SIZE("label of another size than its image"),
    /** A label with an id that the class map does not know. */
    UNKNOWN_ID("label with ids out of range"),
    /** Labels that a model would learn nothing from, or the wrong thing. */
    UNUSABLE("problem of the labels");

    /** Returns whether training fails or learns the wrong thing. */
    public boolean spoilsTraining() {
      return this != NO_IMAGE;
    }

    /** Returns what to do, empty if the details say it. */
    public String remedy() {
      return switch (this) {
        case NO_LABEL -> "add a label with the name of the image, or move the image away";
        case NO_IMAGE -> "training does not use them";
        case OTHER_SIZE -> "export them in the size of the upright image";
        case UNKNOWN_ID -> "correct --classes or --ignore, or map the values with --label-values";
        case UNREADABLE, UNUSABLE -> "";
      };
    }

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
