package dev.flipside.scorer.image;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Reads class IDs from one-channel images: grey of 1 to 16 bits, or a palette whose indices are the
 * IDs. Files named {@code …_labelIds.png} contain the 34 IDs of Cityscapes and are mapped to its 19
 * train IDs.
 */
public final class LabelReader {
  private LabelReader() {}

  /**
   * Reads a label map.
   *
   * @param classes class map with the allowed IDs: classes and ignore index
   * @param resizeTo size to resize to by nearest neighbor, or null to keep the size of the file
   * @throws ImageException if the file is not an image of class IDs, or a pixel has an ID that is
   *     not in the class map
   */
  public static LabelMap read(Path file, ClassMap classes, @Nullable ImageSize resizeTo) {
    Mat decoded = decode(file);
    try {
      requireOneByteChannel(decoded, file);
      LabelMap ids = toMap(decoded);
      if (CityscapesIds.isUsedBy(file)) {
        CityscapesIds.toTrainIds(ids, classes.ignoreIndex());
      }
      requireKnownIds(ids, classes, file);
      return resizeTo == null || resizeTo.equals(ids.size()) ? ids : resize(ids, resizeTo);
    } finally {
      decoded.release();
    }
  }

  /** Samples as stored: a palette is read as if its indices were grey levels. */
  private static Mat decode(Path file) {
    ImageFile image = ImageFile.read(file);
    ImageHeader header = image.header();
    if (header.format() == ImageHeader.Format.JPEG) {
      throw new ImageException(
          file + ": a JPEG file, whose lossy compression changes class ids; save it as PNG");
    }
    boolean png = header.format() == ImageHeader.Format.PNG;
    byte[] bytes = png && header.indexed() ? PngPalette.asGrey(image.bytes()) : image.bytes();
    Mat decoded = image.decode(bytes, Imgcodecs.IMREAD_UNCHANGED);
    if (png && header.bits() < 8) {
      // Decoders stretch 1, 2 and 4 bits over 0 to 255.
      Core.divide(decoded, Scalar.all(255.0 / ((1 << header.bits()) - 1)), decoded);
    }
    return decoded;
  }

  private static void requireOneByteChannel(Mat decoded, Path file) {
    if (decoded.channels() != 1) {
      throw new ImageException(
          file
              + ": "
              + decoded.channels()
              + " channels, expected one that holds class ids; convert colored labels to ids first");
    }
    if (decoded.depth() == CvType.CV_16U) {
      Core.MinMaxLocResult range = Core.minMaxLoc(decoded);
      if (range.maxVal > 255) {
        throw new ImageException(
            file
                + ": pixel ("
                + (int) range.maxLoc.y
                + ", "
                + (int) range.maxLoc.x
                + ") holds id "
                + (int) range.maxVal
                + ", expected ids of at most 255");
      }
      decoded.convertTo(decoded, CvType.CV_8U);
    } else if (decoded.depth() != CvType.CV_8U) {
      throw new ImageException(
          file
              + ": samples of type "
              + CvType.typeToString(decoded.type())
              + ", expected 8 or 16 bits without sign");
    }
  }

  private static LabelMap toMap(Mat decoded) {
    byte[] ids = new byte[Math.toIntExact(decoded.total())];
    decoded.get(0, 0, ids);
    return new LabelMap(new ImageSize(decoded.rows(), decoded.cols()), ids);
  }

  private static void requireKnownIds(LabelMap map, ClassMap classes, Path file) {
    byte[] ids = map.ids();
    for (int at = 0; at < ids.length; at++) {
      int id = ids[at] & 0xFF;
      if (id >= classes.count() && id != classes.ignoreIndex()) {
        int width = map.size().width();
        throw new ImageException(
            file
                + ": pixel ("
                + at / width
                + ", "
                + at % width
                + ") holds id "
                + id
                + ", expected 0 to "
                + (classes.count() - 1)
                + ", or "
                + classes.ignoreIndex()
                + " for unlabelled; check the class map");
      }
    }
  }

  private static LabelMap resize(LabelMap map, ImageSize size) {
    Mat source = new Mat(map.size().height(), map.size().width(), CvType.CV_8UC1);
    Mat target = new Mat();
    try {
      source.put(0, 0, map.ids());
      Imgproc.resize(
          source, target, new Size(size.width(), size.height()), 0, 0, Imgproc.INTER_NEAREST_EXACT);
      return toMap(target);
    } finally {
      target.release();
      source.release();
    }
  }
}
