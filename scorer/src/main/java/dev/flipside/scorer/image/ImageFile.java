package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * The bytes of an image file, read and checked but not decoded yet. The size is known before
 * decoding.
 *
 * <p>Every image is converted to 8-bit RGB: of 16-bit samples the high byte is used, grey is
 * repeated on three channels, palettes are resolved, an alpha channel is dropped, and the EXIF
 * orientation is applied. Images are resized by area averaging if they become smaller, bilinearly
 * if they become larger.
 */
public final class ImageFile {
  private static final long MAX_BYTES = 1L << 30;

  private final Path file;
  private final byte[] bytes;
  private final ImageHeader header;

  private ImageFile(Path file, byte[] bytes, ImageHeader header) {
    this.file = file;
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
      if (Files.isDirectory(file)) {
        throw new ImageException(file + ": a folder, expected an image file");
      }
      long length = Files.size(file);
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
    return new ImageFile(file, bytes, ImageHeader.read(bytes, file.toString()));
  }

  /** Returns the size of the image with its orientation applied. */
  public ImageSize size() {
    return header.size();
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
    Mat decoded = decode(Imgcodecs.IMREAD_COLOR);
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

  /** Decodes to a Mat that the caller releases. */
  Mat decode(int flags) {
    return decode(bytes, flags);
  }

  /** Decodes bytes that stand in for those of this file to a Mat that the caller releases. */
  Mat decode(byte[] standIn, int flags) {
    OpenCv.load();
    Mat encoded = new Mat(1, standIn.length, CvType.CV_8UC1);
    Mat decoded = null;
    try {
      encoded.put(0, 0, standIn);
      decoded = Imgcodecs.imdecode(encoded, flags);
    } catch (CvException e) {
      throw undecodable(e);
    } finally {
      encoded.release();
    }
    boolean turned = (flags & Imgcodecs.IMREAD_IGNORE_ORIENTATION) == 0;
    ImageSize expected =
        turned ? header.size() : new ImageSize((int) header.height(), (int) header.width());
    if (decoded.rows() != expected.height() || decoded.cols() != expected.width()) {
      decoded.release();
      throw undecodable(null);
    }
    return decoded;
  }

  private ImageException undecodable(@Nullable Throwable cause) {
    return new ImageException(
        file
            + ": the "
            + header.format()
            + " file of "
            + header.size()
            + " px cannot be decoded; it is damaged or of a variant that is not supported",
        cause);
  }
}
