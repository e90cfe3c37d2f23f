package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** A PNG file or label map of an archive, copied to a temporary file until it is closed. */
final class PngEntry implements Closeable {
  private final String name;
  private final Path file;
  private final AnnotationFile archive;
  private long pixels;

  private PngEntry(String name, Path file, AnnotationFile archive) {
    this.name = name;
    this.file = file;
    this.archive = archive;
  }

  /**
   * Copies an entry.
   *
   * @throws FlipsideException if it is damaged, no PNG, or its image has too many pixels
   */
  static PngEntry open(AnnotationFile archive, AnnotationFile.Entry entry, ReadOptions options)
      throws IOException {
    return open(archive, entry.toString(), options, false, file -> archive.copy(entry, file));
  }

  /**
   * Copies a label map, which may also be a TIFF or BMP file.
   *
   * @throws FlipsideException if it is damaged, none of these, or has too many pixels
   */
  static PngEntry openLabel(AnnotationFile archive, AnnotationFile.Entry entry, ReadOptions options)
      throws IOException {
    return open(archive, entry.toString(), options, true, file -> archive.copy(entry, file));
  }

  /**
   * Opens a PNG that is part of a document, as {@link #open(AnnotationFile, AnnotationFile.Entry,
   * ReadOptions)}.
   */
  static PngEntry open(AnnotationFile document, byte[] bytes, String name, ReadOptions options)
      throws IOException {
    return open(document, name, options, false, file -> Files.write(file, bytes));
  }

  @FunctionalInterface
  private interface Content {
    void copyTo(Path file) throws IOException;
  }

  private static PngEntry open(
      AnnotationFile archive, String name, ReadOptions options, boolean label, Content content)
      throws IOException {
    PngEntry png =
        new PngEntry(name, Files.createTempFile(options.scratch(), "mask-", ".png"), archive);
    try {
      content.copyTo(png.file);
      png.requireLossless(label);
      ImageSize size = png.decoded(ImageReader::probe);
      png.pixels = options.size(size.height(), size.width()).pixels();
      return png;
    } catch (IOException | RuntimeException e) {
      png.close();
      throw e;
    }
  }

  private void requireLossless(boolean label) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      if (start.length == 4 && start[0] == (byte) 0x89 && start[1] == 'P') {
        return;
      }
      String mark = new String(start, StandardCharsets.ISO_8859_1);
      if (label && (mark.startsWith("BM") || mark.startsWith("II") || mark.startsWith("MM"))) {
        return;
      }
      boolean jpeg = start.length > 1 && start[0] == (byte) 0xFF && start[1] == (byte) 0xD8;
      throw new FlipsideException(
          name
              + (jpeg
                  ? ": a JPEG file, whose lossy compression changes class ids; save it as PNG"
                  : label ? ": not a PNG, TIFF or BMP file" : ": not a PNG file"));
    }
  }

  /**
   * Decodes class IDs; see {@link LabelReader}.
   *
   * @throws FlipsideException if the image is damaged, or too many pixels were decoded before
   */
  LabelMap ids(ReadOptions options) {
    archive.spendPixels(name, pixels);
    return decoded(path -> LabelReader.read(path, options.encoding(), null));
  }

  /**
   * Decodes colors.
   *
   * @throws FlipsideException if the image is damaged, or too many pixels were decoded before
   */
  DecodedImage colors() {
    archive.spendPixels(name, pixels);
    return decoded(path -> ImageReader.read(path, null));
  }

  private <T> T decoded(Function<Path, T> decoder) {
    try {
      return decoder.apply(file);
    } catch (ImageException e) {
      // The user knows the entry, not the file that it was copied to.
      throw new FlipsideException(String.valueOf(e.getMessage()).replace(file.toString(), name), e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
