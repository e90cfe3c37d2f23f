package dev.flipside.scorer.annotation.model;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.export.MaskNames;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the images of a pool that a file names. From the most to the least exact: the ID itself,
 * the ID with other separators or another Unicode normalization, the ID without extension (for
 * label maps), a path that ends with the ID or with which the ID ends, and, where folders may
 * differ, the file name alone. Of the most exact matches there must be one. Two names in a file
 * must not mean the same image.
 *
 * <p>Memory grows with the file, not with the pool.
 */
public final class ImageNames {
  /** What is known of one reference. */
  private static final class Wanted {
    private int rank = Integer.MAX_VALUE;
    private int times;
    private boolean withoutRegions;
    private final List<String> images = new ArrayList<>();

    void offer(int offered, String image) {
      if (offered < rank) {
        rank = offered;
        images.clear();
      }
      // More than two need not be named.
      if (offered == rank && images.size() < 3 && !images.contains(image)) {
        images.add(image);
      }
    }
  }

  /** Longest path of a file system; longer names are no paths, and have too many ends to keep. */
  private static final int LONGEST = 4096;

  /** Folders at the end of a name that are compared. */
  private static final int DEEPEST = 16;

  /** Characters of all ends of names together, so that names cannot fill the memory. */
  private static final long LARGEST_INDEX = 16_000_000;

  /** Images that a file may name. */
  private static final int MOST = 1_000_000;

  private static final int EXACT = 0;
  private static final int NORMALIZED = 1;
  private static final int STEM = 2;
  private static final int NORMALIZED_STEM = 3;
  private static final int PATH_END = 4;
  private static final int FILE_NAME = 5;

  private final Map<ImageReference, Wanted> wanted = new LinkedHashMap<>();
  private final Map<String, List<ImageReference>> byName = new HashMap<>();
  private final Map<String, List<ImageReference>> byEnd = new HashMap<>();
  private long indexed;
  private final Map<String, List<ImageReference>> byFileName = new HashMap<>();
  private final Map<String, List<ImageReference>> byImage = new TreeMap<>();

  /**
   * Adds an annotation of the file.
   *
   * @throws FlipsideException if the file names too many images
   */
  public void want(Annotation annotation) {
    ImageReference reference = annotation.reference();
    Wanted known = wanted.get(reference);
    Wanted counted = known == null ? new Wanted() : known;
    counted.times++;
    counted.withoutRegions |= annotation.regions().isEmpty();
    if (known == null && wanted.size() == MOST) {
      throw new FlipsideException(
          "the file names more than " + MOST + " images; import it in parts");
    }
    if (known == null) {
      wanted.put(reference, counted);
      index(reference);
    }
  }

  private void index(ImageReference reference) {
    if (reference.name().length() > LONGEST) {
      return; // No image has such a name.
    }
    String name = normalized(reference.name());
    byName.computeIfAbsent(name, key -> new ArrayList<>(1)).add(reference);
    if (reference.anyFolder()) {
      byFileName.computeIfAbsent(fileName(name), key -> new ArrayList<>(1)).add(reference);
    }
    int slash = name.lastIndexOf('/');
    for (int folders = 0; slash >= 0 && folders < DEEPEST; folders++) {
      indexed += name.length() - slash;
      if (indexed > LARGEST_INDEX) {
        return; // Further names are still found whole and by their file names.
      }
      byEnd.computeIfAbsent(name.substring(slash + 1), key -> new ArrayList<>(1)).add(reference);
      slash = slash == 0 ? -1 : name.lastIndexOf('/', slash - 1);
    }
  }

  /** Compares an image of the pool with the references. Called once per image. */
  public void offer(String image) {
    String full = normalized(image);
    offer(image, full, false);
    String stem = MaskNames.stem(full);
    if (!stem.equals(full)) {
      offer(image, stem, true);
    }
  }

  private void offer(String image, String name, boolean stem) {
    for (ImageReference each : byName.getOrDefault(name, List.of())) {
      if (!stem) {
        match(each, each.name().equals(image) ? EXACT : NORMALIZED, image);
      } else if (each.stem()) {
        match(each, each.name().equals(MaskNames.stem(image)) ? STEM : NORMALIZED_STEM, image);
      }
    }
    List<ImageReference> sameFileName = byFileName.getOrDefault(fileName(name), List.of());
    // Several with one file name need their folders to be told apart.
    if (sameFileName.size() == 1 && sameFileName.get(0).stem() == stem) {
      match(sameFileName.get(0), FILE_NAME, image);
    }
    for (ImageReference each : byEnd.getOrDefault(name, List.of())) {
      if (each.stem() == stem) {
        match(each, PATH_END, image);
      }
    }
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      for (ImageReference each : byName.getOrDefault(name.substring(slash + 1), List.of())) {
        if (each.stem() == stem) {
          match(each, PATH_END, image);
        }
      }
    }
  }

  private static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private void match(ImageReference reference, int rank, String image) {
    Wanted found = wanted.get(reference);
    if (found != null) {
      found.offer(rank, image);
    }
  }

  /** Ends the offers. */
  public void finish() {
    wanted.forEach(
        (reference, found) -> {
          if (found.images.size() == 1) {
            byImage
                .computeIfAbsent(found.images.get(0), image -> new ArrayList<>(1))
                .add(reference);
          }
        });
  }

  /** Returns an annotation with the ID of its image, or with a fault. */
  public Annotation resolve(Annotation annotation) {
    Wanted found = wanted.get(annotation.reference());
    if (found == null || found.images.isEmpty()) {
      return annotation.fault() != null
          ? annotation
          : annotation.refused(
              new Annotation.Fault(
                  true,
                  "no image is named \""
                      + annotation.reference().name()
                      + "\"; name it as in the pool"));
    }
    if (found.images.size() > 1) {
      return annotation.refused(
          new Annotation.Fault(
              false,
              "\""
                  + annotation.reference().name()
                  + "\" may be any of the images "
                  + found.images
                  + "; name it in full"));
    }
    String image = found.images.get(0);
    List<ImageReference> names = byImage.getOrDefault(image, List.of());
    if (names.size() > 1) {
      return annotation.refused(
          new Annotation.Fault(
              false,
              "image \""
                  + image
                  + "\" is named in several ways: "
                  + names.stream().limit(3).map(ImageReference::name).toList()
                  + "; keep one"));
    }
    // Several annotators may have worked in different regions, but not on the whole image.
    return found.times > 1 && found.withoutRegions
        ? annotation.refused(
            new Annotation.Fault(
                false,
                "image \""
                    + image
                    + "\" is annotated "
                    + found.times
                    + " times in the file; keep one"))
        : annotation.of(image);
  }

  private static String normalized(String name) {
    String path = Normalizer.normalize(name.replace('\\', '/'), Normalizer.Form.NFC);
    int start = 0;
    while (path.startsWith("./", start)
        || path.startsWith("../", start)
        || path.startsWith("/", start)) {
      start = path.indexOf('/', start) + 1;
    }
    return path.substring(start);
  }
}
