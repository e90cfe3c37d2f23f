package dev.flipside.scorer.annotation.labels;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder with one PNG of class IDs for each labelled image of a pool, named after the image. What
 * nobody labelled has the ignore index. Files are replaced atomically.
 */
final class LabelFolder {
  private final Path folder;
  private final ClassMap classes;
  private final MaskNames names = new MaskNames();

  LabelFolder(Path folder, Pool pool, ClassMap classes) {
    this.folder = folder;
    this.classes = classes;
    pool.images().forEach(each -> names.register(each.id()));
  }

  /**
   * Returns the labels of an image; none of its pixels is labelled if there is no file.
   *
   * @throws FlipsideException if the file cannot be read, or has another size
   */
  LabelMap read(String image, ImageSize size) {
    Path file = file(image);
    if (!Files.exists(file)) {
      return LabelMap.unlabelled(size, classes);
    }
    LabelMap labels = LabelReader.read(file, classes, null);
    if (!labels.size().equals(size)) {
      throw new FlipsideException(
          file
              + ": a label of "
              + labels.size()
              + " px, its image has "
              + size
              + "; move it away or correct it");
    }
    return labels;
  }

  /**
   * Replaces the labels of an image.
   *
   * @throws FlipsideException if the file cannot be written; an existing file is then unchanged
   */
  void write(String image, LabelMap labels) {
    Path file = file(image);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new FlipsideException(file + ": its folder cannot be made (" + e + ")", e);
    }
    ImageWriter.writeLabel(file, labels);
  }

  boolean has(String image) {
    return Files.exists(file(image));
  }

  private Path file(String image) {
    return folder.resolve(names.file(image));
  }
}
