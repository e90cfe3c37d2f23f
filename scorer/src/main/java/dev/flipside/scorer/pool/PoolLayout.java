package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Folder layout of a labelled data set. Images and labels are matched by their path without
 * extension; a label may also keep that of its image ({@code x.jpg.png}).
 */
public enum PoolLayout {
  /** Images in {@code <split>/}, labels in {@code <split>annot/}. */
  CAMVID {
    @Override
    Split find(Path root, String split) {
      return new Split(
          root.resolve(split), "", List.of(root.resolve(split + "annot")), List.of(""));
    }

    @Override
    public List<String> splits(Path root) {
      return ImageFolder.folders(root).stream()
          .filter(each -> Files.isDirectory(root.resolve(each + "annot")))
          .toList();
    }
  },

  /**
   * Images in {@code leftImg8bit/<split>/<city>/…_leftImg8bit.png}, labels in {@code
   * gtFine/<split>/<city>/…_gtFine_labelTrainIds.png}, or {@code …_gtFine_labelIds.png} where those
   * are missing.
   */
  CITYSCAPES {
    @Override
    Split find(Path root, String split) {
      return new Split(
          root.resolve("leftImg8bit").resolve(split),
          "_leftImg8bit",
          List.of(root.resolve("gtFine").resolve(split)),
          List.of("_gtFine_labelTrainIds", "_gtFine_labelIds"));
    }

    @Override
    public List<String> splits(Path root) {
      return ImageFolder.folders(root.resolve("leftImg8bit"));
    }
  },

  /**
   * Images in {@code <split>/images/} and labels in {@code <split>/labels/}, or images in {@code
   * images/<split>/} and labels in {@code labels/<split>/}.
   */
  FOLDER {
    @Override
    Split find(Path root, String split) {
      Path inside = root.resolve(split);
      return Files.isDirectory(inside.resolve("images"))
          ? new Split(inside.resolve("images"), "", List.of(inside.resolve("labels")), List.of(""))
          : new Split(
              root.resolve("images").resolve(split),
              "",
              List.of(root.resolve("labels").resolve(split)),
              List.of(""));
    }

    @Override
    public List<String> splits(Path root) {
      List<String> inside =
          ImageFolder.folders(root).stream()
              .filter(each -> Files.isDirectory(root.resolve(each).resolve("images")))
              .toList();
      return inside.isEmpty() ? ImageFolder.folders(root.resolve("images")) : inside;
    }
  },

  /**
   * A pool that is labelled bit by bit: images in {@code images/}, labels for some of them in
   * {@code labels/}, in one split that is called {@value #ALL}.
   */
  POOL {
    @Override
    Split find(Path root, String split) {
      if (!split.equals(ALL)) {
        throw new FlipsideException(
            root + ": layout pool has no split \"" + split + "\", expected \"" + ALL + "\"");
      }
      return new Split(root.resolve("images"), "", List.of(root.resolve("labels")), List.of(""));
    }

    @Override
    public List<String> splits(Path root) {
      return Files.isDirectory(root.resolve("images")) && Files.isDirectory(root.resolve("labels"))
          ? List.of(ALL)
          : List.of();
    }
  };

  /** Name of the only split of {@link #POOL}. */
  public static final String ALL = "all";

  /**
   * Locations of the files of a split.
   *
   * @param images folder of images
   * @param imageEnding suffix of an image's stem that is not part of the common stem
   * @param labels folders of labels
   * @param labelEndings suffixes that a label's stem may have after the common stem, preferred one
   *     first
   */
  record Split(Path images, String imageEnding, List<Path> labels, List<String> labelEndings) {}

  /** Names of splits; folders of a pool have other names. */
  private static final List<String> SPLIT_NAMES = List.of("train", "val", "test");

  abstract Split find(Path root, String split);

  /**
   * Returns the layout of a folder. Folders in {@code images/} are part of a {@link #POOL}, unless
   * one of them is named after a split.
   *
   * @param root folder of the data set
   * @throws FlipsideException if it has none of the layouts, or cannot be read
   */
  public static PoolLayout of(Path root) {
    ImageFolder.requireFolder(root);
    boolean split =
        SPLIT_NAMES.stream()
            .anyMatch(name -> Files.isDirectory(root.resolve("images").resolve(name)));
    for (PoolLayout layout :
        split ? List.of(CITYSCAPES, CAMVID, FOLDER) : List.of(CITYSCAPES, CAMVID, POOL, FOLDER)) {
      if (!layout.splits(root).isEmpty()) {
        return layout;
      }
    }
    throw new FlipsideException(
        root
            + ": no data set in a layout that is known; expected train/ beside trainannot/ (camvid),"
            + " leftImg8bit/ beside gtFine/ (cityscapes), or images/ beside labels/ (folder, pool)");
  }

  /**
   * Returns the names of the splits of a folder in this layout, ascending; none if the folder has
   * another layout.
   *
   * @param root folder of the data set
   * @throws FlipsideException if a folder cannot be read
   */
  public abstract List<String> splits(Path root);

  /**
   * The images and labels of a split, matched or not.
   *
   * @param labelled images with their labels, in ascending order of their IDs
   * @param withoutLabel images without label
   * @param withoutImage labels without image
   * @param leftOut what the folder of images holds besides
   * @param labelsLeftOut files in the folders of labels in formats that are not read
   */
  public record Pairing(
      List<LabelledImage> labelled,
      List<PoolImage> withoutLabel,
      List<Path> withoutImage,
      LeftOut leftOut,
      LeftOut labelsLeftOut) {
    /** Copies the lists. */
    public Pairing {
      labelled = List.copyOf(labelled);
      withoutLabel = List.copyOf(withoutLabel);
      withoutImage = List.copyOf(withoutImage);
    }
  }

  /**
   * Returns the images of a split with their labels, in ascending order of their IDs.
   *
   * @param root folder of the data set; IDs are relative to it
   * @param split name of the split, for example {@code train}
   * @throws FlipsideException if a folder is missing, the split is empty, or an image has no label
   */
  public List<LabelledImage> split(Path root, String split) {
    Pairing pairing = pair(root, split);
    Split where = find(root, split);
    if (!pairing.withoutLabel().isEmpty()) {
      throw new FlipsideException(withoutLabel(pairing.withoutLabel(), where));
    }
    if (pairing.labelled().isEmpty()) {
      throw new FlipsideException(
          where.images() + ": no images in split \"" + split + "\" of layout " + this);
    }
    return pairing.labelled();
  }

  /**
   * Matches the images and labels of a split.
   *
   * @param root folder of the data set; IDs are relative to it
   * @param split name of the split, for example {@code train}
   * @throws FlipsideException if a folder is missing or cannot be read, or one label is that of two
   *     images
   */
  public Pairing pair(Path root, String split) {
    Split where = find(root, split);
    ImageFolder.requireFolder(root);
    ImageFolder.Listing images = ImageFolder.walkAll(root, where.images());
    LabelFiles labels = LabelFiles.of(root, where.labels());
    List<LabelledImage> labelled = new ArrayList<>();
    List<PoolImage> missing = new ArrayList<>();
    Set<String> stems = new HashSet<>();
    Map<Path, PoolImage> byLabel = new HashMap<>();
    for (PoolImage image : images.images()) {
      String stem = ImageFolder.stem(where.images(), image.file());
      if (stem.endsWith(where.imageEnding())) {
        String common = stem.substring(0, stem.length() - where.imageEnding().length());
        stems.add(common);
        Path label = labels.first(PoolImage.idOf(where.images(), image.file()), List.of(""));
        if (label == null) {
          label = labels.first(common, where.labelEndings());
        } else {
          stems.add(PoolImage.idOf(where.images(), image.file()));
        }
        if (label == null) {
          missing.add(image);
        } else {
          requireOneImage(byLabel.put(label, image), image, label);
          labelled.add(new LabelledImage(image, label));
        }
      }
    }
    return new Pairing(
        labelled,
        missing,
        labels.unused(stems, where.labelEndings()),
        images.leftOut(),
        labels.leftOut());
  }

  /** Refuses a label whose name is that of two images, which differ only in the extension. */
  private static void requireOneImage(@Nullable PoolImage other, PoolImage image, Path label) {
    if (other != null) {
      throw new FlipsideException(
          label
              + ": the label of two images, "
              + other.id()
              + " and "
              + image.id()
              + ", expected one; give it the whole name of its image, for example "
              + image.file().getFileName()
              + ".png");
    }
  }

  private static String withoutLabel(List<PoolImage> missing, Split where) {
    return (missing.size() == 1 ? "1 image has" : missing.size() + " images have")
        + " no label in "
        + where.labels().get(0)
        + ": "
        + missing.stream().limit(3).map(PoolImage::id).collect(Collectors.joining(", "))
        + (missing.size() > 3 ? ", …" : "")
        + "; a label has the name of its image, whatever the extension";
  }

  /**
   * Parses {@code camvid}, {@code cityscapes}, {@code folder} or {@code pool}.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static PoolLayout parse(String text) {
    for (PoolLayout layout : values()) {
      if (layout.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return layout;
      }
    }
    throw new IllegalArgumentException(
        "layout \""
            + text
            + "\": expected one of "
            + Arrays.stream(values()).map(PoolLayout::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
