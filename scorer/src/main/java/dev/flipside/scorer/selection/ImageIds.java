package dev.flipside.scorer.selection;

import java.io.File;

/** The form in which IDs of images are compared. */
public final class ImageIds {
  private ImageIds() {}

  /**
   * Returns an ID without leading {@code ./}, {@code .} folders and repeated slashes; on Windows
   * with {@code /} for backslashes.
   */
  public static String normal(String id) {
    String path = id.replace(File.separatorChar, '/');
    if (!path.startsWith("./") && !path.contains("//") && !path.contains("/./")) {
      return path;
    }
    String normal = path.replaceAll("/(\\./|/)+", "/").replaceFirst("^\\./", "");
    return normal.isBlank() ? id : normal;
  }
}
