package dev.flipside.scorer.image;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.format.ImageHeader;
import dev.flipside.scorer.image.format.Samples;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfInt;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/** Chooses bands of decoded images and writes them as the pixels of a scoring graph. */
final class BandPixels {
  private BandPixels() {}

  /**
   * Checks that a file has the bands that a model needs, as it needs them.
   *
   * @throws ImageException names what was expected and found
   */
  static void require(String name, ImageHeader header, PixelFormat pixels) {
    if (header.samples() == Samples.INDEXED || header.samples() == Samples.INVERTED_GREY) {
      String found =
          header.samples() == Samples.INDEXED ? "a palette" : "a band in which 0 is white";
      throw new ImageException(
          name + ": " + found + ", expected " + pixels + "; save the bands as they are");
    }
    if (header.bands() < pixels.fewestBands()) {
      throw new ImageException(
          name
              + ": "
              + header.bands()
              + (header.bands() == 1 ? " band" : " bands")
              + ", expected at least "
              + pixels.fewestBands()
              + " for "
              + pixels
              + " of the model; choose other bands with --bands, or leave the image out");
    }
    if (header.bits() != pixels.bits()) {
      throw new ImageException(
          name
              + ": samples of "
              + header.bits()
              + " bits, expected "
              + pixels.bits()
              + " for "
              + pixels
              + " of the model; convert the image"
              + (header.bits() == 8 || header.bits() == 16
                  ? ", or give --bits " + header.bits() + " with the --scale of its values"
                  : ""));
    }
  }

  /**
   * Writes bands.
   *
   * @param stored upright Mats that together hold the channels, released by the caller
   * @param channels position of each band of the file among these channels
   * @param target receives {@code [height, width, n]} in the type of the format
   */
  static void write(
      List<Mat> stored, int[] channels, PixelFormat pixels, ByteBuffer target, ImageSize size) {
    int depth = stored.get(0).depth();
    int[] fromTo = new int[2 * pixels.channels()];
    for (int i = 0; i < pixels.channels(); i++) {
      fromTo[2 * i] = channels[pixels.bands().get(i) - 1];
      fromTo[2 * i + 1] = i;
    }
    Mat view =
        new Mat(
            size.height(),
            size.width(),
            CvType.makeType(pixels.bits() == 8 ? CvType.CV_8U : CvType.CV_32F, pixels.channels()),
            target);
    boolean resized = stored.get(0).rows() != size.height() || stored.get(0).cols() != size.width();
    boolean direct = !resized && depth == view.depth();
    Mat chosen =
        direct
            ? view
            : new Mat(
                stored.get(0).rows(),
                stored.get(0).cols(),
                CvType.makeType(depth, pixels.channels()));
    try {
      Core.mixChannels(stored, List.of(chosen), new MatOfInt(fromTo));
      if (resized) {
        resizeInto(chosen, size, view);
      } else if (!direct) {
        chosen.convertTo(view, view.depth());
      }
    } finally {
      view.release();
      chosen.release();
    }
  }

  /** Resizes band by band, because OpenCV averages areas of at most four. */
  private static void resizeInto(Mat chosen, ImageSize size, Mat view) {
    boolean shrinks = size.height() <= chosen.rows() && size.width() <= chosen.cols();
    List<Mat> bands = new ArrayList<>();
    List<Mat> resized = new ArrayList<>();
    try {
      Core.split(chosen, bands);
      for (Mat band : bands) {
        Mat small = new Mat();
        resized.add(small);
        Imgproc.resize(
            band,
            small,
            new Size(size.width(), size.height()),
            0,
            0,
            shrinks ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR);
        small.convertTo(small, view.depth());
      }
      Core.merge(resized, view);
    } finally {
      bands.forEach(Mat::release);
      resized.forEach(Mat::release);
    }
  }

  /**
   * Replaces differences between samples of the same band by the samples, in place.
   *
   * @param row a grey image whose rows hold interleaved bands
   * @param bands number of the bands
   * @param block number of samples after which differences start anew
   */
  static void integrate(Mat row, int bands, int block) {
    int length = row.cols();
    byte[] bytes = new byte[row.depth() == CvType.CV_8U ? length : 0];
    short[] shorts = new short[row.depth() == CvType.CV_16U ? length : 0];
    for (int y = 0; y < row.rows(); y++) {
      if (bytes.length > 0) {
        row.get(y, 0, bytes);
        for (int i = 0; i < length; i++) {
          bytes[i] += i % block < bands ? 0 : bytes[i - bands];
        }
        row.put(y, 0, bytes);
      } else {
        row.get(y, 0, shorts);
        for (int i = 0; i < length; i++) {
          shorts[i] += i % block < bands ? 0 : shorts[i - bands];
        }
        row.put(y, 0, shorts);
      }
    }
  }
}
