package dev.flipside.tools.dataset;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.LabelledImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the labels of a split hold as a whole, and whether a model could learn from it. */
public final class LabelSurvey {
  private static final int MASK = 255;

  /** A share of unlabelled pixels that is worth a note. */
  private static final double MUCH = 0.5;

  private static final int MOST_NAMED = 10;
  private static final int SAMPLE = 16;

  private final ClassMap classes;
  private final boolean mapped;
  private final long[] pixels = new long[256];
  private final List<String> further = new ArrayList<>();
  private int labels;
  private int masks;

  /**
   * @param mapped whether the values in the labels were mapped to classes
   */
  public LabelSurvey(ClassMap classes, boolean mapped) {
    this.classes = classes;
    this.mapped = mapped;
  }

  /**
   * Looks at the first labels of a data set.
   *
   * @return why training would go wrong with masks of 0 and 255, with the remedy
   */
  public static Optional<String> masks(List<LabelledImage> images, LabelEncoding encoding) {
    LabelSurvey survey = new LabelSurvey(encoding.classes(), !encoding.values().isEmpty());
    for (LabelledImage each : images.subList(0, Math.min(images.size(), SAMPLE))) {
      try {
        long[] pixels = new long[256];
        for (byte id : LabelReader.read(each.label(), encoding.withAnyId(), null).ids()) {
          pixels[id & 0xFF]++;
        }
        survey.add(pixels);
      } catch (ImageException e) {
        // Training reports it.
      }
    }
    return survey.isMasks() ? survey.problem() : Optional.empty();
  }

  /**
   * Adds a label; one without pixels could not be read.
   *
   * @param pixelsOfId pixels of each of 256 IDs
   */
  public void add(long[] pixelsOfId) {
    long all = 0;
    for (int id = 0; id < pixels.length; id++) {
      pixels[id] += pixelsOfId[id];
      all += pixelsOfId[id];
    }
    if (all > 0) {
      labels++;
      masks += pixelsOfId[MASK] > 0 && pixelsOfId[0] + pixelsOfId[MASK] == all ? 1 : 0;
    }
  }

  void note(String text) {
    further.add(text);
  }

  private boolean isMasks() {
    long all = IntStream.range(0, pixels.length).mapToLong(id -> pixels[id]).sum();
    return !mapped && pixels[MASK] > 0 && pixels[0] + pixels[MASK] == all;
  }

  /** Returns why training would go wrong, with the remedy. */
  public Optional<String> problem() {
    List<Integer> present =
        IntStream.range(0, classes.count()).filter(this::occurs).boxed().toList();
    if (labels == 0) {
      return Optional.empty(); // each of them is reported
    }
    if (isMasks() && classes.ignoreIndex() == MASK) {
      return Optional.of(
          (labels == 1
                  ? "the label is a mask that holds"
                  : "all " + labels + " labels are masks that hold")
              + " only 0 and 255, and 255 means unlabelled: "
              + (classes.count() == 255 ? "no other class occurs" : neverOccur())
              + ", so training would learn class 0 alone; if 255 is a class, map it:"
              + " --classes 2 --label-values 0:0,255:1");
    }
    if (present.isEmpty()) {
      return Optional.of("no pixel is labelled: all hold " + classes.ignoreIndex());
    }
    if (present.size() == 1 && classes.count() > 1) {
      return Optional.of(
          "only "
              + name(present.get(0))
              + " occurs, so training would learn it alone; correct the labels or --classes");
    }
    return Optional.empty();
  }

  /** Returns what is worth knowing. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(further);
    long labelled = IntStream.range(0, classes.count()).mapToLong(id -> pixels[id]).sum();
    long ignored = pixels[classes.ignoreIndex()];
    // A map of 255 classes without names stands for not knowing them.
    if (labelled > 0 && classes.count() < 255 && !missing().isEmpty()) {
      notes.add(
          neverOccur()
              + ", so a model cannot learn this; if that is not intended, correct --classes or"
              + " --label-values");
    }
    if (ignored > MUCH * (labelled + ignored)) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%.1f %% of the pixels are unlabelled (%d); if %d is a class, map it with"
                  + " --label-values, or change --ignore",
              100.0 * ignored / (labelled + ignored),
              classes.ignoreIndex(),
              classes.ignoreIndex()));
    }
    if (!mapped && masks > 0 && !isMasks() && classes.ignoreIndex() == MASK) {
      notes.add(
          masks
              + " of "
              + labels
              + " labels hold only 0 and 255, where 255 is unlabelled; if they are masks, convert"
              + " them to class IDs");
    }
    return notes;
  }

  private List<Integer> missing() {
    return IntStream.range(0, classes.count()).filter(id -> !occurs(id)).boxed().toList();
  }

  private String neverOccur() {
    List<Integer> missing = missing();
    return missing.stream().limit(MOST_NAMED).map(this::name).collect(Collectors.joining(", "))
        + (missing.size() > MOST_NAMED ? " and " + (missing.size() - MOST_NAMED) + " more" : "")
        + (missing.size() == 1 ? " never occurs" : " never occur");
  }

  private boolean occurs(int id) {
    return pixels[id] > 0;
  }

  private String name(int id) {
    String name = classes.classes().get(id).name();
    return name.equals("class " + id) ? name : "class " + id + " (" + name + ")";
  }
}
