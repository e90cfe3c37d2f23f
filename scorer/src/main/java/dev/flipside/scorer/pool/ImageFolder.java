package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Lists the image files in a folder, by extension, in the order of their IDs. */
final class ImageFolder {
  /** What Java decodes unreadable bytes to. */
  private static final char REPLACEMENT = '\uFFFD';

  static final Set<String> EXTENSIONS =
      Set.of("png", "jpg", "jpeg", "jpe", "jfif", "webp", "tif", "tiff", "btf", "bmp", "dib");

  /** Formats of images that are not read; they are counted. */
  static final Set<String> OTHER_EXTENSIONS =
      Set.of(
          "gif heic heif hif avif jp2 j2k jpf jpx jpm j2c jxl jxr wdp psd svg eps pdf ppm pgm pbm"
              .concat(" pnm pam tga exr hdr dds ico pcx xcf dcm dicom nii mpo apng fits fit sgi")
              .concat(
                  " cr2 cr3 crw nef nrw arw srf sr2 dng orf raf rw2 pef srw raw 3fr erf kdc mrw")
              .split(" "));

  private ImageFolder() {}

  /**
   * The images in a folder.
   *
   * @param images images in the order of their IDs
   * @param leftOut what is not among them
   */
  record Listing(List<PoolImage> images, LeftOut leftOut) {}

  /**
   * Returns all image files in a folder, searched recursively, each once. Links are followed;
   * hidden files and folders are skipped.
   *
   * @param root folder to which IDs are relative
   * @param folder folder to search, the root or below it
   * @param skip folders to skip
   * @throws FlipsideException if the folder does not exist or cannot be read, or a name cannot be
   *     read in the character set of the locale
   */
  static Listing walk(Path root, Path folder, Predicate<Path> skip) {
    return walk(root, folder, skip, true);
  }

  /**
   * Returns all image files in a folder, also those that several links lead to: one label may be
   * that of several images.
   *
   * @see #walk
   */
  static Listing walkAll(Path root, Path folder) {
    return walk(root, folder, each -> false, false);
  }

  private static Listing walk(Path root, Path folder, Predicate<Path> skip, boolean once) {
    requireFolder(folder);
    try {
      return ImageWalk.of(root, folder, skip, once);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": the folder cannot be read: " + e, e);
    }
  }

  /**
   * Refuses a name whose bytes Java could not decode: different names would become the same ID.
   *
   * @throws FlipsideException if the name holds a replacement character
   */
  static void requireReadableName(Path file) {
    if (String.valueOf(file.getFileName()).indexOf(REPLACEMENT) >= 0) {
      throw new FlipsideException(
          file
              + ": the name holds characters that cannot be read in the character set "
              + System.getProperty("sun.jnu.encoding")
              + "; set LC_ALL=C.UTF-8, and rename the file if its name is not UTF-8");
    }
  }

  /**
   * Returns the names of the folders in a folder, ascending, without hidden ones; none if it does
   * not exist.
   */
  static List<String> folders(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(each -> Files.isDirectory(each) && !isHidden(each))
          .map(each -> String.valueOf(each.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FlipsideException(folder + ": the folder cannot be read: " + e, e);
    }
  }

  static void requireFolder(Path folder) {
    if (!Files.exists(folder)) {
      throw new FlipsideException(folder + ": no such folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new FlipsideException(folder + ": a file, expected a folder of images");
    }
  }

  /** Returns the path of a file relative to a folder, without extension, with {@code /}. */
  static String stem(Path folder, Path file) {
    String relative = PoolImage.idOf(folder, file);
    int dot = relative.lastIndexOf('.');
    return dot > relative.lastIndexOf('/') ? relative.substring(0, dot) : relative;
  }

  /** Returns the extension of a file in lower case, empty if it has none. */
  static String extension(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }
}
