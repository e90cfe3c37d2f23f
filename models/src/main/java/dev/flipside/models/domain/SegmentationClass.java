package dev.flipside.models.domain;

import java.util.Locale;

/**
 * One class of a segmentation task.
 *
 * @param name what people call it, not blank
 * @param color 24-bit RGB, {@code 0xRRGGBB}, used in pictures only
 */
public record SegmentationClass(String name, int color) {
  /**
   * @throws IllegalArgumentException if the name is blank or the colour has more than 24 bits
   */
  public SegmentationClass {
    if (name.isBlank()) {
      throw new IllegalArgumentException("class name: expected some text, found none");
    }
    if (color < 0 || color > 0xFFFFFF) {
      throw new IllegalArgumentException(
          "class \"" + name + "\": color " + color + ", expected 0x000000 to 0xFFFFFF");
    }
  }

  /** The colour as {@code #rrggbb}. */
  public String hexColor() {
    return String.format(Locale.ROOT, "#%06x", color);
  }
}
