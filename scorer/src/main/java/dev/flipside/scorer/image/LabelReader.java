package dev.flipside.scorer.image;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.format.ImageHeader;
import dev.flipside.scorer.image.format.Samples;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Reads class IDs from PNG, TIFF and BMP files: grey of 1 to 16 bits, a palette whose indices are
 * the IDs, or the colors of the class map. The EXIF orientation is applied, as for images. Files
 * that are compressed with loss, as JPEG is, are refused: their samples are not those that were
 * written. Files named {@code …_labelIds.png} contain the 34 IDs of Cityscapes and are mapped to
 * its 19 train IDs.
 */
public final class LabelReader {
  private LabelReader() {}

  /**
   * Reads a label map whose samples are class IDs.
   *
   * @see #read(Path, LabelEncoding, ImageSize)
   */
  public static LabelMap read(Path file, ClassMap classes, @Nullable ImageSize resizeTo) {
    return read(file, LabelEncoding.of(classes), resizeTo);
  }

  /**
   * Reads a label map.
   *
   * @param resizeTo size to resize to by nearest neighbor, or null to keep the size of the file
   * @throws ImageException if the file cannot hold class IDs, or a pixel has a sample or color that
   *     the encoding does not know
   */
  public static LabelMap read(Path file, LabelEncoding encoding, @Nullable ImageSize resizeTo) {
    ImageFile image = ImageFile.read(file);
    requireExact(image.header(), file);
    Mat decoded = image.decodeSamples();
    try {
      LabelMap ids =
          decoded.channels() == 1
              ? oneChannel(decoded, encoding, file)
              : colored(decoded, image.header(), encoding, file);
      return resizeTo == null || resizeTo.equals(ids.size()) ? ids : resize(ids, resizeTo);
    } finally {
      decoded.release();
    }
  }

  /** Refuses files whose samples may not be what was written. */
  private static void requireExact(ImageHeader header, Path file) {
    if (header.lossy()) {
      throw new ImageException(
          file
              + ": a label compressed with loss ("
              + header.format()
              + "), which changes class ids; export it again from its source as PNG");
    }
    if (header.format() == ImageHeader.Format.TIFF && header.bits() == 4) {
      throw new ImageException(
          file + ": a TIFF of 4 bits, expected 1, 8 or 16; save it with 8 bits, or as PNG");
    }
    if (header.bits() == 16 && header.samples() == Samples.COLOR) {
      throw new ImageException(
          file
              + ": colors of 16 bits, expected one channel of class ids in 8 or 16 bits, or 8-bit"
              + " colors; save the label with 8 bits");
    }
    if (header.samples() == Samples.INVERTED_GREY) {
      throw new ImageException(
          file
              + ": a TIFF in which 0 is white (MinIsWhite), so that class ids may be stored or"
              + " inverted; save the label as PNG, or as TIFF in which 0 is black");
    }
  }

  private static LabelMap oneChannel(Mat decoded, LabelEncoding encoding, Path file) {
    if (decoded.depth() != CvType.CV_8U && decoded.depth() != CvType.CV_16U) {
      throw wrongType(decoded, file);
    }
    LabelMap map = new LabelMap(size(decoded), new byte[Math.toIntExact(decoded.total())]);
    byte[] ids = map.ids();
    short[] wide = decoded.depth() == CvType.CV_16U ? new short[ids.length] : null;
    if (wide == null) {
      decoded.get(0, 0, ids);
    } else {
      decoded.get(0, 0, wide);
    }
    boolean mapped = !encoding.values().isEmpty();
    boolean cityscapes = !mapped && CityscapesIds.isUsedBy(file);
    int[] idOf = idOfSample(encoding, cityscapes);
    for (int at = 0; at < ids.length; at++) {
      int sample = wide == null ? ids[at] & 0xFF : wide[at] & 0xFFFF;
      int id = idOf[sample];
      if (id < 0) {
        throw unknown(sample, at, map.size().width(), encoding, file);
      }
      ids[at] = (byte) id;
    }
    if (cityscapes) {
      CityscapesIds.toTrainIds(map, encoding.classes().ignoreIndex());
      requireKnownIds(map, encoding, file);
    }
    return map;
  }

  /** Returns the class ID of each sample, -1 for unknown ones. */
  private static int[] idOfSample(LabelEncoding encoding, boolean any) {
    int[] ids = new int[1 << 16];
    Arrays.fill(ids, -1);
    if (!encoding.values().isEmpty()) {
      encoding.values().forEach((sample, id) -> ids[sample] = id);
      return ids;
    }
    for (int id = 0; id < 256; id++) {
      if (any || id < encoding.classes().count() || id == encoding.classes().ignoreIndex()) {
        ids[id] = id;
      }
    }
    return ids;
  }

  private static void requireKnownIds(LabelMap map, LabelEncoding encoding, Path file) {
    int[] known = idOfSample(LabelEncoding.of(encoding.classes()), false);
    for (int at = 0; at < map.ids().length; at++) {
      int id = map.ids()[at] & 0xFF;
      if (known[id] < 0) {
        throw unknown(id, at, map.size().width(), encoding, file);
      }
    }
  }

  private static ImageException unknown(
      int sample, int at, int width, LabelEncoding encoding, Path file) {
    ClassMap classes = encoding.classes();
    String expected =
        encoding.values().isEmpty()
            ? "expected 0 to "
                + (classes.count() - 1)
                + ", or "
                + classes.ignoreIndex()
                + " for unlabelled; check the class map"
            : "which --label-values does not map, expected "
                + encoding.values().keySet().stream().sorted().toList();
    return new ImageException(
        file
            + ": pixel ("
            + at / width
            + ", "
            + at % width
            + ") holds id "
            + sample
            + ", "
            + expected);
  }

  private static LabelMap colored(
      Mat decoded, ImageHeader header, LabelEncoding encoding, Path file) {
    int channels = decoded.channels();
    if (decoded.depth() != CvType.CV_8U || channels < 3 || channels > 4) {
      throw wrongType(decoded, file);
    }
    Mat opaque = new Mat();
    try {
      // The fourth byte of a bitmap's pixel is unused.
      boolean unused = channels == 4 && header.format() == ImageHeader.Format.BMP;
      if (unused) {
        Imgproc.cvtColor(decoded, opaque, Imgproc.COLOR_BGRA2BGR);
      }
      Mat colors = unused ? opaque : decoded;
      return new LabelMap(size(decoded), ColoredLabel.decode(colors, encoding));
    } catch (FlipsideException e) {
      throw new ImageException(file + ": " + e.getMessage(), e);
    } finally {
      opaque.release();
    }
  }

  private static ImageException wrongType(Mat decoded, Path file) {
    return new ImageException(
        file
            + ": "
            + decoded.channels()
            + " channels of type "
            + CvType.typeToString(decoded.type())
            + ", expected one channel of class ids in 8 or 16 bits without sign, or 8-bit colors");
  }

  private static ImageSize size(Mat mat) {
    return new ImageSize(mat.rows(), mat.cols());
  }

  private static LabelMap resize(LabelMap map, ImageSize size) {
    Mat source = new Mat(map.size().height(), map.size().width(), CvType.CV_8UC1);
    Mat target = new Mat();
    try {
      source.put(0, 0, map.ids());
      Imgproc.resize(
          source, target, new Size(size.width(), size.height()), 0, 0, Imgproc.INTER_NEAREST_EXACT);
      byte[] ids = new byte[Math.toIntExact(target.total())];
      target.get(0, 0, ids);
      return new LabelMap(size(target), ids);
    } finally {
      target.release();
      source.release();
    }
  }
}
