package dev.flipside.scorer.image;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.nio.file.Path;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** Writes PNG files atomically, and encodes PNG and WebP. */
public final class ImageWriter {
  /** Quality above 100 makes OpenCV's WebP encoder lossless. */
  private static final int LOSSLESS = 101;

  private ImageWriter() {}

  /**
   * Writes class IDs as an 8-bit grey PNG.
   *
   * @throws ImageException if the file cannot be written; an existing file is then unchanged
   */
  public static void writeLabel(Path file, LabelMap map) {
    write(file, encodePng(map));
  }

  /**
   * Writes an image as an 8-bit RGB PNG.
   *
   * @throws ImageException if the file cannot be written; an existing file is then unchanged
   */
  public static void writeRgb(Path file, DecodedImage image) {
    write(file, encodePng(image));
  }

  /** Returns an image encoded as an 8-bit RGB PNG. */
  public static byte[] encodePng(DecodedImage image) {
    return encodeRgb(image, ".png");
  }

  /** Returns an image encoded as a lossless WebP. */
  public static byte[] encodeWebp(DecodedImage image) {
    return encodeRgb(image, ".webp");
  }

  private static byte[] encodeRgb(DecodedImage image, String format) {
    OpenCv.load();
    ImageSize size = image.size();
    Mat rgb = new Mat(size.height(), size.width(), CvType.CV_8UC3, image.rgb());
    Mat bgr = new Mat();
    try {
      Imgproc.cvtColor(rgb, bgr, Imgproc.COLOR_RGB2BGR);
      return encode(bgr, format);
    } finally {
      bgr.release();
      rgb.release();
    }
  }

  /** Returns class IDs encoded as an 8-bit grey PNG. */
  public static byte[] encodePng(LabelMap map) {
    OpenCv.load();
    Mat ids = new Mat(map.size().height(), map.size().width(), CvType.CV_8UC1);
    try {
      ids.put(0, 0, map.ids());
      return encode(ids, ".png");
    } finally {
      ids.release();
    }
  }

  private static byte[] encode(Mat pixels, String format) {
    MatOfByte encoded = new MatOfByte();
    MatOfInt options =
        format.equals(".webp")
            ? new MatOfInt(Imgcodecs.IMWRITE_WEBP_QUALITY, LOSSLESS)
            : new MatOfInt();
    try {
      if (!Imgcodecs.imencode(format, pixels, encoded, options)) {
        throw new ImageException(
            "an image of "
                + pixels.rows()
                + "x"
                + pixels.cols()
                + " px cannot be encoded as "
                + format);
      }
      return encoded.toArray();
    } finally {
      options.release();
      encoded.release();
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      AtomicFile.write(file, bytes);
    } catch (FlipsideException e) {
      throw new ImageException(String.valueOf(e.getMessage()), e);
    }
  }
}
