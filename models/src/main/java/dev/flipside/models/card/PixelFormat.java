package dev.flipside.models.card;

import java.util.List;

/**
 * What is read from the file of an image, before any normalization: its colors as 8-bit RGB, or
 * chosen bands as they are stored.
 *
 * @param bands numbers of the bands, 1 for the first one of the file, in the order of the model's
 *     channels; empty for colors
 * @param bits bits per sample that files must have, 8 or 16; 8 for colors
 */
public record PixelFormat(List<Integer> bands, int bits) {
  /** Colors of any image as 8-bit RGB. */
  public static final PixelFormat RGB = new PixelFormat(List.of(), 8);

  private static final int MOST_BANDS = 512;

  /**
   * @throws IllegalArgumentException if there are more than 512 bands, a number is not 1 to 512, or
   *     bits are neither 8 nor 16
   */
  public PixelFormat {
    bands = List.copyOf(bands);
    if (bands.size() > MOST_BANDS
        || bands.stream().anyMatch(each -> each < 1 || each > MOST_BANDS)) {
      throw new IllegalArgumentException(
          "bands " + bands + ", expected up to 512 numbers, each from 1 to 512");
    }
    if ((bits != 8 && bits != 16) || (bands.isEmpty() && bits != 8)) {
      throw new IllegalArgumentException(
          bits + " bits" + (bands.isEmpty() ? " of colors, expected 8" : ", expected 8 or 16"));
    }
  }

  /** Returns whether images are read as colors. */
  public boolean isColor() {
    return bands.isEmpty();
  }

  /** Returns the number of samples of a pixel. */
  public int channels() {
    return isColor() ? 3 : bands.size();
  }

  /** Returns the number of bands that a file must have at least. */
  public int fewestBands() {
    return bands.stream().mapToInt(Integer::intValue).max().orElse(1);
  }

  /**
   * Returns the type in which samples are passed to a scoring graph: UINT8, and FLOAT32 for 16
   * bits.
   */
  public TensorType type() {
    return bits == 8 ? TensorType.UINT8 : TensorType.FLOAT32;
  }

  /** Returns the bytes of a pixel that is passed to a scoring graph. */
  public int pixelBytes() {
    return channels() * type().bytes();
  }

  @Override
  public String toString() {
    if (isColor()) {
      return "RGB";
    }
    String numbers = String.join(",", bands.stream().map(String::valueOf).toList());
    return "bands " + numbers + " of " + bits + " bits";
  }
}
