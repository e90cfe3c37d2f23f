package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Lists the image files in a folder, by extension, in the order of their IDs. */
final class ImageFolder {
  static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "webp", "tif", "tiff");

  private ImageFolder() {}

  /**
   * Returns all image files in a folder, searched recursively. Links are followed; hidden files and
   * folders are skipped.
   *
   * @param root folder to which IDs are relative
   * @param folder folder to search, the root or below it
   * @param skip folders to skip
   * @throws FlipsideException if the folder does not exist or cannot be read
   */
  static List<PoolImage> walk(Path root, Path folder, Predicate<Path> skip) {
    requireFolder(folder);
    List<PoolImage> images = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
              boolean entered = each.equals(folder) || !(isHidden(each) || skip.test(each));
              return entered ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) {
              // Broken links are listed, too, so that scoring reports them.
              if (!attributes.isDirectory() && !isHidden(each) && isImage(each)) {
                images.add(PoolImage.below(root, each));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new FlipsideException(folder + ": the folder cannot be read: " + e, e);
    }
    images.sort(Comparator.comparing(PoolImage::id));
    return images;
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
    String relative = folder.relativize(file).toString().replace('\\', '/');
    int dot = relative.lastIndexOf('.');
    return dot > relative.lastIndexOf('/') ? relative.substring(0, dot) : relative;
  }

  private static boolean isImage(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }
}
