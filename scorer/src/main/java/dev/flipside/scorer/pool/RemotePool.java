package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.TextFile;
import dev.flipside.scorer.pool.ImageLocation.RemoteAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The images below an address, found among the names of all objects there by the rules of {@link
 * Pool#ofFolder}: by extension, without hidden files and without folders of labels, in ascending
 * order of their IDs.
 */
public final class RemotePool {
  private final String prefix;
  private final List<String> keys = new ArrayList<>();
  private final Set<String> folders = new HashSet<>();
  private final TreeMap<String, Integer> formats = new TreeMap<>();

  /**
   * Creates a pool to which no object has been offered.
   *
   * @param address address of a folder, for example {@code s3a://bucket/images}
   * @throws IllegalArgumentException if it is no address, or holds a password
   */
  public RemotePool(String address) {
    this.prefix = prefix(address);
  }

  /**
   * Offers an object.
   *
   * @param key its name relative to the address, with {@code /} between folders
   */
  public void offer(String key) {
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      folders.add(key.substring(0, slash));
    }
    if (key.startsWith(".") || key.contains("/.")) {
      return;
    }
    String extension = ImageFolder.extension(Path.of(key.substring(key.lastIndexOf('/') + 1)));
    if (ImageFolder.EXTENSIONS.contains(extension)) {
      keys.add(key);
    } else if (ImageFolder.OTHER_EXTENSIONS.contains(extension)) {
      formats.merge("." + extension, 1, Integer::sum);
    }
  }

  /**
   * Returns the images.
   *
   * @throws FlipsideException if there is none
   */
  public List<PoolImage> images() {
    List<PoolImage> images =
        keys.stream()
            .filter(key -> !isLabel(key))
            .map(key -> new PoolImage(key, new RemoteAddress(prefix + key)))
            .sorted(Comparator.comparing(PoolImage::id))
            .toList();
    if (images.isEmpty()) {
      throw new FlipsideException(
          prefix
              + ": no images below this address, expected names that end in png, jpg, webp, tif or"
              + " bmp"
              + leftOut().notes().stream().map("; "::concat).collect(Collectors.joining()));
    }
    return images;
  }

  /** Returns the images that were offered in formats that are not read. */
  public LeftOut leftOut() {
    return new LeftOut(formats, List.of());
  }

  private boolean isLabel(String key) {
    int from = 0;
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', from)) {
      String images = LabelFolders.imagesOf(key.substring(from, slash));
      if (images != null && folders.contains(key.substring(0, from) + images)) {
        return true;
      }
      from = slash + 1;
    }
    return false;
  }

  /**
   * Returns the images that are listed in text, one per line, in its order: names relative to an
   * address, or addresses below it. Blank lines and lines that start with {@code #} are skipped.
   *
   * @param list UTF-8, or UTF-16 with a byte order mark
   * @param source name of the list in error messages
   * @throws FlipsideException if a line is no name below the address, or no line lists an image
   */
  public static List<PoolImage> ofList(String address, InputStream list, String source)
      throws IOException {
    String prefix = prefix(address);
    List<PoolImage> images = new ArrayList<>();
    int number = 0;
    for (String line : TextFile.decode(list.readAllBytes(), source).lines().toList()) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String key = text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      boolean outside = key.startsWith("/") || List.of(key.split("/", -1)).contains("..");
      if (key.isBlank() || outside || ImageLocation.ADDRESS.matcher(key).matches()) {
        throw new FlipsideException(
            source
                + " line "
                + number
                + ": \""
                + text
                + "\" does not lie below the pool's address "
                + prefix);
      }
      images.add(new PoolImage(key, new RemoteAddress(prefix + key)));
    }
    if (images.isEmpty()) {
      throw new FlipsideException(source + ": names no image, expected one path a line");
    }
    return images;
  }

  private static String prefix(String address) {
    return new RemoteAddress(address.endsWith("/") ? address : address + "/").address();
  }
}
