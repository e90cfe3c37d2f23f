package dev.flipside.scorer.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files and links in a folder that are not part of a pool.
 *
 * @param formats number of image files that are not read, by extension ({@code .heic})
 * @param links links that lead to a folder above, or to a folder or image that is listed already,
 *     relative to the root
 */
public record LeftOut(SortedMap<String, Integer> formats, List<String> links) {
  /** Nothing. */
  public static final LeftOut NOTHING = new LeftOut(new TreeMap<>(), List.of());

  private static final int MOST_NAMED = 3;

  /** Copies the collections. */
  public LeftOut {
    formats = new TreeMap<>(formats);
    links = List.copyOf(links);
  }

  /** Returns the number of files in formats that are not read. */
  public int files() {
    return formats.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns one line for the files and one for the links; none if nothing is left out. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (files() > 0) {
      String counts =
          formats.entrySet().stream()
              .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
              .map(each -> each.getValue() + " " + each.getKey())
              .collect(Collectors.joining(", "));
      notes.add(
          files()
              + (files() == 1 ? " file" : " files")
              + " left out: "
              + counts
              + " (not a format that is read; convert to PNG, JPEG, WebP, TIFF or BMP)");
    }
    if (!links.isEmpty()) {
      notes.add(
          links.size()
              + (links.size() == 1 ? " link" : " links")
              + " left out: "
              + links.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
              + (links.size() > MOST_NAMED ? ", …" : "")
              + " (they lead to a folder above, or to what is listed already; each image counts once)");
    }
    return notes;
  }
}
