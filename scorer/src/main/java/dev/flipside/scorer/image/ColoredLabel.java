package dev.flipside.scorer.image;

import dev.flipside.models.domain.FlipsideException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.opencv.core.Mat;

/** Decodes the colors of a label to class IDs. */
final class ColoredLabel {
  /** Distinct unknown colors that are counted; a photograph has many more. */
  private static final int MOST_COUNTED = 1000;

  private static final int OPAQUE = 255;

  private ColoredLabel() {}

  /**
   * Decodes all pixels, row by row.
   *
   * @param colors 8-bit BGR or BGRA
   * @return one ID per pixel
   * @throws FlipsideException if a color is not that of a class, or a pixel is transparent; the
   *     message does not name the file
   */
  static byte[] decode(Mat colors, LabelEncoding encoding) {
    if (!encoding.hasColors() && encoding.colors().isEmpty()) {
      throw new FlipsideException(
          "a label in colors, expected one channel of class ids; the class map has no colors of"
              + " its own: give one with the color of each class (--classes FILE), or convert the"
              + " label to ids");
    }
    Map<Integer, Integer> ids = encoding.idOfColor();
    int width = colors.cols();
    int channels = colors.channels();
    byte[] decoded = new byte[Math.toIntExact(colors.total())];
    byte[] row = new byte[width * channels];
    Unknown unknown = new Unknown();
    int lastColor = -1;
    int lastId = 0;
    for (int i = 0; i < decoded.length; i++) {
      int at = i % width * channels;
      if (at == 0) {
        colors.get(i / width, 0, row);
      }
      int color = (row[at + 2] & 0xFF) << 16 | (row[at + 1] & 0xFF) << 8 | (row[at] & 0xFF);
      if (channels == 4 && (row[at + 3] & 0xFF) != OPAQUE) {
        throw new FlipsideException(
            String.format(
                Locale.ROOT,
                "pixel (%d, %d) of color #%06x is transparent (alpha %d), expected opaque colors;"
                    + " export the label without alpha channel",
                i / width,
                i % width,
                color,
                row[at + 3] & 0xFF));
      }
      if (color != lastColor) {
        Integer id = ids.get(color);
        if (id == null) {
          unknown.add(color, i);
          continue;
        }
        lastColor = color;
        lastId = id;
      }
      decoded[i] = (byte) lastId;
    }
    unknown.requireNone(width);
    return decoded;
  }

  /** Counts what has no class. */
  private static final class Unknown {
    private final Set<Integer> colors = new HashSet<>();
    private long pixels;
    private int firstColor;
    private int firstPixel;

    void add(int color, int pixel) {
      if (pixels++ == 0) {
        firstColor = color;
        firstPixel = pixel;
      }
      if (colors.size() < MOST_COUNTED) {
        colors.add(color);
      }
    }

    void requireNone(int width) {
      if (pixels == 0) {
        return;
      }
      String count =
          colors.size() == 1
              ? "1 color"
              : (colors.size() < MOST_COUNTED ? "" : "at least ") + colors.size() + " colors";
      throw new FlipsideException(
          String.format(
              Locale.ROOT,
              "%s in %d px not in the class map, the first one #%06x at pixel (%d, %d); add the"
                  + " color to a class, or map it: --label-values '#%06x:%s'",
              count,
              pixels,
              firstColor,
              firstPixel / width,
              firstPixel % width,
              firstColor,
              LabelEncoding.IGNORE));
    }
  }
}
