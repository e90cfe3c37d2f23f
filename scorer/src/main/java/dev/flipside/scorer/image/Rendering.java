package dev.flipside.scorer.image;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/** Renders uncertainty maps, label maps and regions as images. */
public final class Rendering {
  /** Grey level of void or unlabelled pixels. */
  private static final int IGNORED_RGB = 0x202020;

  private Rendering() {}

  /**
   * Renders a map of values, dark blue for 0 and yellow for {@code max} (viridis).
   *
   * @param values {@code [H * W]}, row-major; values outside {@code [0, max]} are clipped
   * @param max value shown as yellow, above 0
   * @throws IllegalArgumentException if the number of values differs from the number of pixels
   */
  public static DecodedImage heat(float[] values, ImageSize size, float max) {
    if (values.length != size.pixels() || !(max > 0)) {
      throw new IllegalArgumentException(
          "heat map of " + size + ": " + values.length + " values up to " + max);
    }
    OpenCv.load();
    byte[] levels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      levels[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, values[i] / max)));
    }
    ByteBuffer rgb = buffer(size);
    Mat grey = new Mat(size.height(), size.width(), CvType.CV_8UC1);
    Mat bgr = new Mat();
    Mat target = new Mat(size.height(), size.width(), CvType.CV_8UC3, rgb);
    try {
      grey.put(0, 0, levels);
      Imgproc.applyColorMap(grey, bgr, Imgproc.COLORMAP_VIRIDIS);
      Imgproc.cvtColor(bgr, target, Imgproc.COLOR_BGR2RGB);
    } finally {
      grey.release();
      bgr.release();
      target.release();
    }
    return new DecodedImage(size, rgb);
  }

  /** Renders a label map in the colors of its classes; ignored pixels are dark grey. */
  public static DecodedImage classes(LabelMap labels, ClassMap classes) {
    ByteBuffer rgb = buffer(labels.size());
    for (int i = 0; i < labels.ids().length; i++) {
      int id = labels.ids()[i] & 0xFF;
      put(rgb, 3 * i, id < classes.count() ? classes.classes().get(id).color() : IGNORED_RGB);
    }
    return new DecodedImage(labels.size(), rgb);
  }

  /** Returns a copy of an image with darkened surroundings and framed regions. */
  public static DecodedImage highlight(
      DecodedImage picture, Collection<Region> regions, int frameRgb) {
    OpenCv.load();
    ImageSize size = picture.size();
    ByteBuffer rgb = buffer(size);
    Mat source = new Mat(size.height(), size.width(), CvType.CV_8UC3, picture.rgb());
    Mat target = new Mat(size.height(), size.width(), CvType.CV_8UC3, rgb);
    Scalar frame = new Scalar(frameRgb >> 16 & 0xFF, frameRgb >> 8 & 0xFF, frameRgb & 0xFF);
    try {
      source.convertTo(target, -1, 0.45, 0);
      for (Region region : regions) {
        Mat from = source.submat(region.y(), bottom(region), region.x(), right(region));
        Mat to = target.submat(region.y(), bottom(region), region.x(), right(region));
        from.copyTo(to);
        from.release();
        to.release();
        Imgproc.rectangle(
            target,
            new Point(region.x(), region.y()),
            new Point(right(region) - 1, bottom(region) - 1),
            frame,
            Math.max(1, size.height() / 160));
      }
    } finally {
      source.release();
      target.release();
    }
    return new DecodedImage(size, rgb);
  }

  private static int bottom(Region region) {
    return region.y() + region.height();
  }

  private static int right(Region region) {
    return region.x() + region.width();
  }

  private static ByteBuffer buffer(ImageSize size) {
    return ByteBuffer.allocateDirect(Math.toIntExact(3 * size.pixels()));
  }

  private static void put(ByteBuffer rgb, int offset, int color) {
    rgb.put(offset, (byte) (color >> 16));
    rgb.put(offset + 1, (byte) (color >> 8));
    rgb.put(offset + 2, (byte) color);
  }
}
