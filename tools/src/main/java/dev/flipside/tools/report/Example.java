package dev.flipside.tools.report;

import java.util.List;

/**
 * One image of the pool as the network saw it.
 *
 * @param image id of the image
 * @param pictures what to show of it, side by side
 */
public record Example(String image, List<Picture> pictures) {
  /** Copies the list. */
  public Example {
    pictures = List.copyOf(pictures);
  }

  /**
   * A picture with its caption.
   *
   * @param caption what it shows
   * @param png the picture as a PNG file; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // embedded once and forgotten
  public record Picture(String caption, byte[] png) {}
}
