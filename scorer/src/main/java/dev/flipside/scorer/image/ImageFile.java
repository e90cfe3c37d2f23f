package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.format.FormatException;
import dev.flipside.scorer.image.format.ImageHeader;
import dev.flipside.scorer.image.format.Samples;
import dev.flipside.scorer.image.format.StoredSamples;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Supplier;
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

  private ImageFile(String name, byte[] bytes, ImageHeader header) {
    this.name = name;
    this.bytes = bytes;
    this.header = header;
  }

  /**
   * Reads a file and checks its structure completely.
   *
   * @throws ImageException if the file does not exist, cannot be read, has an unsupported format,
   *     is truncated or damaged, or declares no pixels or too many
   */
  public static ImageFile read(Path file) {
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
    return of(file.toString(), bytes);
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
    try {
      return new ImageFile(name, bytes, ImageHeader.read(bytes));
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
   * @param target receives {@code [height, width, 3]} RGB bytes
   * @param offset offset of the first byte to write
   * @param size size to decode to; the image is resized if it differs from {@link #size()}
   * @throws ImageException if the pixels cannot be decoded
   */
  public void decodeInto(ByteBuffer target, int offset, ImageSize size) {
    int length = Math.toIntExact(Math.multiplyExact(3L, size.pixels()));
    ByteBuffer slice = target.slice(offset, length);
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
    Mat decoded = decode(plain(() -> StoredSamples.ofImage(header, bytes)), flags);
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

  /** Decodes to the samples as stored, upright, in a Mat that the caller releases. */
  Mat decodeSamples() {
    int flags = Imgcodecs.IMREAD_UNCHANGED | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
    Mat decoded = decode(plain(() -> StoredSamples.ofLabel(header, bytes)), flags);
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

  private byte[] plain(Supplier<byte[]> rewritten) {
    try {
      return rewritten.get();
    } catch (FormatException e) {
      throw new ImageException(name + ": " + e.getMessage(), e);
    } catch (IndexOutOfBoundsException e) {
      throw undecodable(e);
    }
  }

  private Mat decode(byte[] plain, int flags) {
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
    ImageSize expected = header.storedSize();
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
