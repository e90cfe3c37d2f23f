package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The label files in folders, by the names of their images: a label has the name of its image, with
 * or without the image's extension, and any extension of an image file.
 */
public final class LabelFiles {
  private final Map<String, Path> byStem = new TreeMap<>();
  private final SortedMap<String, Integer> formats = new TreeMap<>();

  private LabelFiles() {}

  /**
   * Lists the labels of a folder, searched recursively.
   *
   * @throws FlipsideException if the folder does not exist or cannot be read, or two labels are
   *     those of one image
   */
  public static LabelFiles of(Path folder) {
    return of(folder, List.of(folder));
  }

  /**
   * Lists the labels of several folders.
   *
   * @param root folder in which all of them are
   */
  static LabelFiles of(Path root, List<Path> folders) {
    LabelFiles files = new LabelFiles();
    for (Path folder : folders) {
      ImageFolder.Listing listing = ImageFolder.walkAll(root, folder);
      listing.leftOut().formats().forEach((each, n) -> files.formats.merge(each, n, Integer::sum));
      for (PoolImage label : listing.images()) {
        Path other = files.byStem.put(ImageFolder.stem(folder, label.file()), label.file());
        if (other != null) {
          throw new FlipsideException(
              other
                  + " and "
                  + label.file().getFileName()
                  + ": two labels of one image, expected one; move one of them away");
        }
      }
    }
    return files;
  }

  /**
   * Returns the label of an image, or null.
   *
   * @param image ID of the image
   */
  public @Nullable Path find(String image) {
    Path full = byStem.get(image);
    int dot = image.lastIndexOf('.');
    return full != null || dot <= image.lastIndexOf('/')
        ? full
        : byStem.get(image.substring(0, dot));
  }

  /** Returns what the folders hold in formats that are not read. */
  LeftOut leftOut() {
    return new LeftOut(formats, List.of());
  }

  /** Returns the label with a name and the first of some endings that there is, or null. */
  @Nullable Path first(String stem, List<String> endings) {
    for (String ending : endings) {
      Path label = byStem.get(stem + ending);
      if (label != null) {
        return label;
      }
    }
    return null;
  }

  /** Returns labels without image; files with another ending are ignored. */
  List<Path> unused(Set<String> stems, List<String> endings) {
    List<Path> unused = new ArrayList<>();
    byStem.forEach(
        (stem, file) -> {
          for (String ending : endings) {
            if (stem.endsWith(ending)
                && !stems.contains(stem.substring(0, stem.length() - ending.length()))) {
              unused.add(file);
            }
          }
        });
    return unused;
  }
}
