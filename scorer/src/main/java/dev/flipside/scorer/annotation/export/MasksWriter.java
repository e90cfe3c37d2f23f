package dev.flipside.scorer.annotation.export;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.image.ImageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a ZIP file for training: {@code classes.json}, and for each labelled image a label map
 * with class IDs, and the ignore index where nothing is labelled. {@link MaskNames} has their
 * names.
 */
public final class MasksWriter {
  private MasksWriter() {}

  /**
   * Writes the images as a ZIP file. The stream is not closed.
   *
   * @param names names of the label maps, with all images of the pool registered
   */
  public static void write(
      AnnotatedImage.Source images, MaskNames names, ClassMap classes, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    add(zip, MaskNames.CLASSES, ClassMaps.toJson(classes).getBytes(StandardCharsets.UTF_8));
    images.stream(
        image -> add(zip, names.entry(image.name()), ImageWriter.encodePng(image.labels())));
    zip.finish();
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
