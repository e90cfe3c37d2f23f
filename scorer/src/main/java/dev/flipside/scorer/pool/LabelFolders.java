package dev.flipside.scorer.pool;

import org.jspecify.annotations.Nullable;

/** Names of folders that hold labels if a folder of their images lies beside them. */
final class LabelFolders {
  private static final String ANNOTATIONS = "annot";

  private LabelFolders() {}

  /**
   * Returns the name of the folder of images beside which a folder would hold their labels, or null
   * if no folder of labels has this name.
   */
  static @Nullable String imagesOf(String name) {
    if (name.endsWith(ANNOTATIONS) && name.length() > ANNOTATIONS.length()) {
      return name.substring(0, name.length() - ANNOTATIONS.length());
    }
    return switch (name) {
      case "labels" -> "images";
      case "gtFine", "gtCoarse" -> "leftImg8bit";
      default -> null;
    };
  }
}
