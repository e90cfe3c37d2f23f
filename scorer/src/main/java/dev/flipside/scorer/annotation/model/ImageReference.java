package dev.flipside.scorer.annotation.model;

/**
 * How a file names an image.
 *
 * @param name path of the image, possibly with folders before or missing from its ID
 * @param stem whether the extension of the image may be missing, as in the names of label maps
 * @param anyFolder whether the image may be in another folder, if only one image has the file name
 */
public record ImageReference(String name, boolean stem, boolean anyFolder) {
  /** Creates a reference to an image by its path with extension. */
  public static ImageReference image(String name) {
    return new ImageReference(name, false, false);
  }

  /** Creates a reference to an image by its path with or without extension. */
  public static ImageReference stem(String name) {
    return new ImageReference(name, true, false);
  }
}
