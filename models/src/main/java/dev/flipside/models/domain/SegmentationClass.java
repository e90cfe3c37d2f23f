package dev.flipside.models.domain;

import java.util.Locale;

/**
 * A class of a segmentation task.
 *
 * @param name display name, not blank
 * @param color 24-bit RGB color, {@code 0xRRGGBB}, for visualization only
 */
public record SegmentationClass(String name, int color) {
  /**
   * @throws IllegalArgumentException if the name is blank or the color has more than 24 bits
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

  /** Returns the color as {@code #rrggbb}. */
  public String hexColor() {
    return String.format(Locale.ROOT, "#%06x", color);
  }
}
