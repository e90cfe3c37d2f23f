package dev.flipside.scorer.annotation.labels;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import java.util.Optional;

/** Recognises masks of 0 and 255 among label maps in which 255 means unlabelled. */
final class MaskValues {
  private static final int MASK = 255;

  private final boolean possible;
  private long maps;
  private long zeros;
  private long others;

  MaskValues(ClassMap classes) {
    possible = classes.count() > 1 && classes.ignoreIndex() == MASK;
  }

  void add(LabelMap map) {
    maps++;
    for (byte id : map.ids()) {
      int value = id & 0xFF;
      zeros += value == 0 ? 1 : 0;
      others += value != 0 && value != MASK ? 1 : 0;
    }
  }

  /** Returns why classes may be missing, with the remedy. */
  Optional<String> warning() {
    return possible && zeros > 0 && others == 0
        ? Optional.of(
            (maps == 1
                    ? "the label map is a mask that holds"
                    : "all " + maps + " label maps are masks that hold")
                + " only 0 and 255, and 255 means unlabelled, so only class 0 was taken; if 255 is"
                + " a class, map it: --label-values 0:0,255:1")
        : Optional.empty();
  }
}
