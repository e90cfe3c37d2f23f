package dev.flipside.scorer.annotation.export;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Names of label maps in archives: {@code labels/}, the ID of the image without extension, and
 * {@code .png}. Images that would share a name keep their extension: {@code labels/x.jpg.png}.
 * Names that differ in upper and lower case or Unicode normalization alone are one name on some
 * systems, and count as shared.
 */
public final class MaskNames {
  /** Folder of the label maps. */
  public static final String FOLDER = "labels/";

  /** Class map beside the folder of the label maps. */
  public static final String CLASSES = "classes.json";

  /** Extension of the label maps. */
  public static final String EXTENSION = ".png";

  // Hashes, because a pool may have millions of images. An equal hash of different names only makes
  // a name longer than needed.
  private final Set<Long> taken = new HashSet<>();
  private final Set<Long> shared = new HashSet<>();

  /** Registers an image of the pool, labelled or not. Call once per image, before any name. */
  public void register(String image) {
    String stem = stem(image);
    if (!taken.add(hash(stem))) {
      shared.add(hash(stem));
    }
    if (!stem.equals(image) && !taken.add(hash(image))) {
      shared.add(hash(image));
    }
  }

  /** Returns the name of the label map of a registered image. */
  public String entry(String image) {
    String stem = stem(image);
    return FOLDER + (shared.contains(hash(stem)) ? image : stem) + EXTENSION;
  }

  /** Returns the name of the label map of a registered image in a folder of label maps. */
  public String file(String image) {
    return entry(image).substring(FOLDER.length());
  }

  /** Returns an image ID without extension. */
  public static String stem(String image) {
    int dot = image.lastIndexOf('.');
    return dot > image.lastIndexOf('/') + 1 ? image.substring(0, dot) : image;
  }

  private static long hash(String name) {
    String text = Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    long hash = 1125899906842597L;
    for (int at = 0; at < text.length(); at++) {
      hash = 31 * hash + text.charAt(at);
    }
    return hash;
  }
}
