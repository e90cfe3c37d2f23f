package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Searches a folder for images. Links are followed, except those that lead back to a folder above
 * them, or to one that holds the folder itself. For a pool, no folder is searched twice through
 * links, and an image that several paths lead to is listed once, by a path without links if there
 * is one.
 */
final class ImageWalk extends SimpleFileVisitor<Path> {
  private final Path root;
  private final Path folder;
  private final Path realFolder;
  private final Predicate<Path> skip;
  private final List<PoolImage> images = new ArrayList<>();
  private final Set<Path> searched = new HashSet<>();
  private final TreeMap<String, Integer> formats = new TreeMap<>();
  private final List<String> links = new ArrayList<>();
  private final boolean once;
  private boolean anyLink;

  /**
   * An image.
   *
   * @param linked whether a link is on its path below the folder
   */
  private record Found(PoolImage image, boolean linked) {}

  private ImageWalk(Path root, Path folder, Predicate<Path> skip, boolean once) throws IOException {
    this.root = root;
    this.folder = folder;
    this.realFolder = folder.toRealPath();
    this.skip = skip;
    this.once = once;
  }

  /**
   * Searches a folder; see {@link ImageFolder#walk}.
   *
   * @param once whether what several paths lead to is listed once
   * @throws FlipsideException if a name cannot be read in the character set of the locale
   */
  static ImageFolder.Listing of(Path root, Path folder, Predicate<Path> skip, boolean once)
      throws IOException {
    ImageWalk walk = new ImageWalk(root, folder, skip, once);
    Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    List<PoolImage> images = walk.images();
    walk.links.sort(Comparator.naturalOrder());
    return new ImageFolder.Listing(images, new LeftOut(walk.formats, walk.links));
  }

  @Override
  public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
      throws IOException {
    if (each.equals(folder)) {
      return FileVisitResult.CONTINUE;
    }
    if (ImageFolder.isHidden(each) || skip.test(each)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    ImageFolder.requireReadableName(each);
    Path real = each.toRealPath();
    boolean linked = isLinked(each, real);
    anyLink |= linked;
    boolean back = realFolder.startsWith(real);
    if (back || (!searched.add(real) && linked && once)) {
      links.add(PoolImage.idOf(root, each));
      return FileVisitResult.SKIP_SUBTREE;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) {
    // Broken links are listed, too, so that scoring reports them.
    if (attributes.isDirectory() || ImageFolder.isHidden(each)) {
      return FileVisitResult.CONTINUE;
    }
    String extension = ImageFolder.extension(each);
    if (ImageFolder.EXTENSIONS.contains(extension)) {
      ImageFolder.requireReadableName(each);
      anyLink |= Files.isSymbolicLink(each);
      images.add(PoolImage.below(root, each));
    } else if (ImageFolder.OTHER_EXTENSIONS.contains(extension)) {
      formats.merge("." + extension, 1, Integer::sum);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path each, IOException failure) throws IOException {
    if (failure instanceof FileSystemLoopException) {
      links.add(PoolImage.idOf(root, each));
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }

  /** Returns the images in the order of their IDs, each once. */
  private List<PoolImage> images() {
    if (!anyLink || !once) {
      return images.stream().sorted(Comparator.comparing(PoolImage::id)).toList();
    }
    Set<Path> listed = new HashSet<>();
    List<PoolImage> once = new ArrayList<>();
    images.stream()
        .map(each -> new Found(each, isLinked(each.file())))
        .sorted(Comparator.comparing(Found::linked).thenComparing(each -> each.image().id()))
        .forEach(
            each -> {
              if (listed.add(real(each.image().file()))) {
                once.add(each.image());
              } else {
                links.add(each.image().id());
              }
            });
    once.sort(Comparator.comparing(PoolImage::id));
    return once;
  }

  private boolean isLinked(Path file) {
    return Files.exists(file) && isLinked(file, real(file));
  }

  private boolean isLinked(Path each, Path real) {
    return !real.equals(realFolder.resolve(folder.relativize(each)));
  }

  /** Returns the path without links, or the path itself if it leads nowhere. */
  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file;
    }
  }
}
