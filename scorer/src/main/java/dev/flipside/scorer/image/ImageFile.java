package dev.flipside.scorer.image;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.format.FormatException;
import dev.flipside.scorer.image.format.ImageHeader;
import dev.flipside.scorer.image.format.Orientation;
import dev.flipside.scorer.image.format.Samples;
import dev.flipside.scorer.image.format.StoredSamples;
import dev.flipside.scorer.image.format.TiffBands;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * The bytes of an image file, read and checked but not decoded yet. The size is known before
 * decoding.
 *
 * <p>Every image is converted to 8-bit RGB: of 16-bit samples the high byte is used in every
 * format, grey is repeated on three channels, palettes are resolved, an alpha channel is dropped,
 * colors stay as they are stored, and the EXIF orientation is applied. The decoder only
 * decompresses; the orientation is that of the {@link ImageHeader}. Images are resized by area
 * averaging if they become smaller, bilinearly if they become larger.
 */
public final class ImageFile {
  /** Largest image file that is read, in bytes. */
  public static final long MAX_BYTES = 1L << 30;

  private final String name;
  private final byte[] bytes;
  private final ImageHeader header;
  private final PixelFormat pixels;

  private ImageFile(String name, byte[] bytes, ImageHeader header, PixelFormat pixels) {
    this.name = name;
    this.bytes = bytes;
    this.header = header;
    this.pixels = pixels;
  }

  /**
   * Reads a file and checks its structure completely.
   *
   * @throws ImageException if the file does not exist, cannot be read, has an unsupported format,
   *     is truncated or damaged, or declares no pixels or too many
   */
  public static ImageFile read(Path file) {
    return read(file, PixelFormat.RGB);
  }

  /**
   * Reads a file and checks its structure completely.
   *
   * @param pixels what {@link #decodeInto} writes
   * @throws ImageException as {@link #read(Path)}, or if the file does not have these bands
   */
  public static ImageFile read(Path file, PixelFormat pixels) {
    byte[] bytes;
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      // The content of a pipe or device may never end. On Windows, a deduplicated file or one of a
      // cloud folder is not regular for Java either, but can be read.
      boolean endless = attributes.isOther() && File.separatorChar == '/';
      if (attributes.isDirectory() || endless) {
        throw new ImageException(
            file
                + (attributes.isDirectory() ? ": a folder" : ": a pipe or device")
                + ", expected an image file");
      }
      long length = attributes.size();
      if (length > MAX_BYTES) {
        throw new ImageException(
            file + ": " + length + " bytes, image files of at most " + MAX_BYTES + " are read");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ImageException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new ImageException(file + ": no permission to read the file", e);
    } catch (IOException e) {
      throw new ImageException(file + ": cannot be read: " + e.getMessage(), e);
    }
    return of(file.toString(), bytes, pixels);
  }

  /**
   * Checks the structure of an image file in memory completely.
   *
   * @param name name of the image in error messages
   * @param bytes content of the file; not copied, must not be modified
   * @throws ImageException if the format is not supported, or the image is truncated or damaged, or
   *     declares no pixels or too many
   */
  public static ImageFile of(String name, byte[] bytes) {
    return of(name, bytes, PixelFormat.RGB);
  }

  /**
   * Checks the structure of an image file in memory completely; see {@link #of(String, byte[])}.
   *
   * @param pixels what {@link #decodeInto} writes
   * @throws ImageException also if the file does not have these bands
   */
  public static ImageFile of(String name, byte[] bytes, PixelFormat pixels) {
    try {
      if (pixels.isColor()) {
        return new ImageFile(name, bytes, ImageHeader.read(bytes), pixels);
      }
      ImageHeader header = ImageHeader.readBands(bytes);
      BandPixels.require(name, header, pixels);
      return new ImageFile(name, bytes, header, pixels);
    } catch (FormatException e) {
      throw new ImageException(name + ": " + e.getMessage(), e);
    }
  }

  /** Returns the size of the image with its orientation applied. */
  public ImageSize size() {
    return header.size();
  }

  /**
   * Returns an upper bound of the memory that decoding to RGB takes, in bytes, with the file and
   * the result.
   */
  public long imageMemory() {
    long perPixel = 3 * (header.bits() == 16 ? 3L : 1L) * copies();
    return 2L * bytes.length + (perPixel + 3) * size().pixels();
  }

  /**
   * Returns an upper bound of the memory that decoding a label takes, in bytes, with the file and
   * the result.
   */
  public long labelMemory() {
    long samples = header.samples() == Samples.COLOR ? 4 : 2;
    long perPixel = samples * (header.bits() == 16 ? 2L : 1L) * copies();
    return 2L * bytes.length + (perPixel + 3) * size().pixels();
  }

  private long copies() {
    return header.orientation() >= 5 ? 2 : 1;
  }

  ImageHeader header() {
    return header;
  }

  byte[] bytes() {
    return bytes;
  }

  /**
   * Decodes into a part of a direct buffer, without a Java array.
   *
   * @param target receives {@code [height, width, 3]} RGB bytes, or the bands of the pixel format
   * @param offset offset of the first byte to write
   * @param size size to decode to; the image is resized if it differs from {@link #size()}
   * @throws ImageException if the pixels cannot be decoded
   */
  public void decodeInto(ByteBuffer target, int offset, ImageSize size) {
    int length = Math.toIntExact(Math.multiplyExact((long) pixels.pixelBytes(), size.pixels()));
    ByteBuffer slice = target.slice(offset, length);
    if (!pixels.isColor()) {
      decodeBands(slice, size);
      return;
    }
    Mat decoded = decodeColors();
    Mat view = new Mat(size.height(), size.width(), CvType.CV_8UC3, slice);
    try {
      if (decoded.rows() == size.height() && decoded.cols() == size.width()) {
        Imgproc.cvtColor(decoded, view, Imgproc.COLOR_BGR2RGB);
      } else {
        resizeInto(decoded, size, view);
      }
    } finally {
      view.release();
      decoded.release();
    }
  }

  private static void resizeInto(Mat decoded, ImageSize size, Mat view) {
    boolean shrinks = size.height() <= decoded.rows() && size.width() <= decoded.cols();
    Mat resized = new Mat();
    try {
      Imgproc.resize(
          decoded,
          resized,
          new Size(size.width(), size.height()),
          0,
          0,
          shrinks ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR);
      Imgproc.cvtColor(resized, view, Imgproc.COLOR_BGR2RGB);
    } finally {
      resized.release();
    }
  }

  /** Decodes to 8-bit BGR, upright, in a Mat that the caller releases. */
  private Mat decodeColors() {
    int flags = Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
    if (header.bits() == 16) {
      flags |= Imgcodecs.IMREAD_ANYDEPTH;
    }
    Mat decoded =
        decode(rewritten(() -> StoredSamples.ofImage(header, bytes)), flags, header.storedSize());
    if (decoded.depth() == CvType.CV_16U) {
      if (header.samples() == Samples.INVERTED_GREY) {
        Core.bitwise_not(decoded, decoded); // done by the decoder for 8 bits alone
      }
      // v / 256, rounded down: conversions round to the nearest.
      decoded.convertTo(decoded, CvType.CV_8U, 1.0 / 256, 1.0 / 512 - 0.5);
    }
    turn(decoded);
    return decoded;
  }

  private void decodeBands(ByteBuffer target, ImageSize size) {
    List<Mat> stored = new ArrayList<>();
    try {
      int[] channels = decodeBands(stored);
      BandPixels.write(stored, channels, pixels, target, size);
    } catch (CvException e) {
      throw undecodable(e);
    } finally {
      stored.forEach(Mat::release);
    }
  }

  /**
   * Decodes to upright Mats of all bands; returns the position of each band among their channels.
   */
  private int[] decodeBands(List<Mat> stored) {
    if (header.format() == ImageHeader.Format.TIFF) {
      int[] channels = decodeTiff(stored);
      turnBands(stored);
      return channels;
    }
    if (header.format() != ImageHeader.Format.PNG) {
      stored.add(decodeColors());
      return new int[] {2, 1, 0};
    }
    int flags = Imgcodecs.IMREAD_UNCHANGED | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
    Mat decoded = decode(bytes, flags, header.storedSize());
    int channels = decoded.channels();
    stored.add(decoded);
    turnBands(stored);
    return switch (header.bands()) {
      case 1 -> new int[] {0};
      case 2 -> new int[] {0, channels - 1};
      default -> new int[] {2, 1, 0, 3};
    };
  }

  /** Turns bands one by one: OpenCV does not transpose every number of channels. */
  private void turnBands(List<Mat> stored) {
    if (header.orientation() == Orientation.UPRIGHT) {
      return;
    }
    List<Mat> interleaved = List.copyOf(stored);
    stored.clear();
    for (Mat each : interleaved) {
      List<Mat> bands = new ArrayList<>();
      Core.split(each, bands);
      each.release();
      stored.addAll(bands);
    }
    stored.forEach(this::turn);
  }

  /** Decodes all interleaved bands, or those of separate planes that are needed. */
  private int[] decodeTiff(List<Mat> planes) {
    TiffBands bands = rewritten(() -> TiffBands.of(bytes));
    int samples = bands.interleaved();
    if (bands.images() == 1) {
      planes.add(decodeGrey(bands, 0, samples));
      return IntStream.range(0, header.bands()).toArray();
    }
    int[] channels = new int[header.bands()];
    for (int band : new TreeSet<>(pixels.bands())) {
      channels[band - 1] = planes.size();
      planes.add(decodeGrey(bands, band - 1, samples));
    }
    return channels;
  }

  private Mat decodeGrey(TiffBands bands, int image, int samples) {
    ImageSize stored = header.storedSize();
    ImageSize row = new ImageSize(stored.height(), stored.width() * samples);
    int flags = Imgcodecs.IMREAD_UNCHANGED | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
    Mat decoded = decode(rewritten(() -> bands.image(image)), flags, row);
    try {
      if (bands.rowOfDifferences() > 0) {
        BandPixels.integrate(decoded, samples, bands.rowOfDifferences());
      }
      return decoded.reshape(samples);
    } finally {
      decoded.release();
    }
  }

  /** Decodes to the samples as stored, upright, in a Mat that the caller releases. */
  Mat decodeSamples() {
    int flags = Imgcodecs.IMREAD_UNCHANGED | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
    Mat decoded =
        decode(rewritten(() -> StoredSamples.ofLabel(header, bytes)), flags, header.storedSize());
    int stretch = StoredSamples.stretch(header);
    if (stretch > 1 && decoded.channels() == 1) {
      Core.divide(decoded, Scalar.all(stretch), decoded);
    }
    turn(decoded);
    return decoded;
  }

  /** Applies the EXIF orientation in place. */
  private void turn(Mat pixels) {
    int orientation = header.orientation();
    if (orientation >= 5) {
      Core.transpose(pixels, pixels);
    }
    switch (orientation) {
      case 2, 6 -> Core.flip(pixels, pixels, 1);
      case 3, 7 -> Core.flip(pixels, pixels, -1);
      case 4, 8 -> Core.flip(pixels, pixels, 0);
      default -> {}
    }
  }

  private <T> T rewritten(Supplier<T> rewritten) {
    try {
      return rewritten.get();
    } catch (FormatException e) {
      throw new ImageException(name + ": " + e.getMessage(), e);
    } catch (IndexOutOfBoundsException e) {
      throw undecodable(e);
    }
  }

  private Mat decode(byte[] plain, int flags, ImageSize expected) {
    OpenCv.load();
    Mat encoded = new Mat(1, plain.length, CvType.CV_8UC1);
    Mat decoded = null;
    try {
      encoded.put(0, 0, plain);
      decoded = Imgcodecs.imdecode(encoded, flags);
    } catch (CvException e) {
      throw undecodable(e);
    } finally {
      encoded.release();
    }
    if (decoded.rows() != expected.height() || decoded.cols() != expected.width()) {
      decoded.release();
      throw undecodable(null);
    }
    return decoded;
  }

  private ImageException undecodable(@Nullable Throwable cause) {
    return new ImageException(
        name
            + ": the "
            + header.format()
            + " file of "
            + header.size()
            + " px cannot be decoded; it is damaged or of a variant that is not supported",
        cause);
  }
}
