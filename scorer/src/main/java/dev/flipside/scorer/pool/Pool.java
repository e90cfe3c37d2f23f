package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A pool of images, in pool order. Only names are held; files are not opened.
 *
 * @param root folder to which IDs are relative
 * @param images the images: ordered by ID if read from a folder, otherwise in the order of the list
 * @param leftOut what the folder holds besides
 */
public record Pool(Path root, List<PoolImage> images, LeftOut leftOut) {
  /** Copies the list. */
  public Pool {
    images = List.copyOf(images);
  }

  /** Creates a pool of given images. */
  public Pool(Path root, List<PoolImage> images) {
    this(root, images, LeftOut.NOTHING);
  }

  /** Returns whether a file is an image of a pool, by its extension. */
  public static boolean isImage(Path file) {
    return ImageFolder.EXTENSIONS.contains(ImageFolder.extension(file));
  }

  /**
   * Creates the pool of the images in a folder, searched recursively, by extension (png, jpg, jpeg,
   * webp, tif, tiff, bmp), in ascending order of their IDs, each image once even if links lead to
   * it. Images in other formats are counted. Hidden files are skipped, and so are folders of
   * labels: {@code trainannot} next to {@code train}, {@code labels} next to {@code images}, {@code
   * gtFine} and {@code gtCoarse} next to {@code leftImg8bit}.
   *
   * @throws FlipsideException if the folder does not exist, cannot be read or contains no image
   */
  public static Pool ofFolder(Path root) {
    ImageFolder.Listing found = ImageFolder.walk(root, root, Pool::holdsLabels);
    if (found.images().isEmpty()) {
      throw new FlipsideException(
          root
              + ": no images below this folder, expected files that end in png, jpg, webp, tif or"
              + " bmp"
              + found.leftOut().notes().stream().map("; "::concat).collect(Collectors.joining()));
    }
    return new Pool(root, found.images(), found.leftOut());
  }

  /**
   * Creates the pool of the images listed in a text file, one per line, in its order.
   *
   * @see #ofLines
   * @throws FlipsideException if the root or the list does not exist, or a line is not a path below
   *     the root
   */
  public static Pool ofList(Path root, Path list) {
    try (InputStream bytes = Files.newInputStream(list)) {
      return ofList(root, bytes, list.toString());
    } catch (NoSuchFileException e) {
      throw new FlipsideException(list + ": no such list file", e);
    } catch (IOException e) {
      throw new FlipsideException(list + ": the list cannot be read: " + e, e);
    }
  }

  /**
   * Creates the pool of the images listed in text: UTF-8, or UTF-16 with a byte order mark.
   *
   * @see #ofLines
   * @param source name of the list in error messages, for example {@code standard input}
   * @throws FlipsideException if the text is in another encoding, or see {@link #ofLines}
   */
  public static Pool ofList(Path root, InputStream list, String source) throws IOException {
    return ofLines(root, new StringReader(TextFile.decode(list.readAllBytes(), source)), source);
  }

  /**
   * Creates the pool of the images listed in lines of text: paths relative to the root, or absolute
   * ones below it. Blank lines and lines that start with {@code #} are skipped. An image that is
   * listed twice is scored twice, but never selected twice.
   *
   * @param source name of the lines in error messages, for example {@code standard input}
   * @throws FlipsideException if the root does not exist, a line is not a path below the root, or
   *     no line lists an image
   */
  public static Pool ofLines(Path root, Reader lines, String source) {
    ImageFolder.requireFolder(root);
    List<PoolImage> images = new ArrayList<>();
    int number = 0;
    try {
      BufferedReader reader = new BufferedReader(lines);
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        // Also lists that were joined have byte order marks.
        String text = line.replace("\uFEFF", "").strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          images.add(listed(root, text, source + " line " + number));
        }
      }
    } catch (IOException e) {
      throw new FlipsideException(source + ": cannot be read after line " + number + ": " + e, e);
    }
    if (images.isEmpty()) {
      throw new FlipsideException(source + ": names no image, expected one path a line");
    }
    return new Pool(root, images);
  }

  /** Returns the images of this pool that satisfy a condition, in the same order. */
  public Pool where(Predicate<PoolImage> condition) {
    return new Pool(root, images.stream().filter(condition).toList(), leftOut);
  }

  private static PoolImage listed(Path root, String text, String where) {
    try {
      Path folder = root.toAbsolutePath().normalize();
      Path file = folder.resolve(text).normalize();
      if (file.startsWith(folder) && !file.equals(folder)) {
        return PoolImage.below(folder, file);
      }
    } catch (InvalidPathException e) {
      throw new FlipsideException(
          where
              + ": \""
              + text
              + "\" is not a path in the character set "
              + System.getProperty("sun.jnu.encoding")
              + "; if it is not ASCII, set LC_ALL=C.UTF-8",
          e);
    }
    throw new FlipsideException(
        where + ": \"" + text + "\" lies outside of the pool's folder " + root);
  }

  private static boolean holdsLabels(Path folder) {
    String images = LabelFolders.imagesOf(String.valueOf(folder.getFileName()));
    return images != null && Files.isDirectory(folder.resolveSibling(images));
  }
}
