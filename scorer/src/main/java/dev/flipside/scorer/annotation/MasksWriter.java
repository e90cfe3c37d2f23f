package dev.flipside.scorer.annotation;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.image.ImageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a ZIP file for training: {@code classes.json}, and for each labelled image {@code labels/}
 * plus its ID without extension plus {@code .png}, with class IDs, and the ignore index where
 * nothing is labelled.
 */
public final class MasksWriter {
  private MasksWriter() {}

  /** Writes the images as a ZIP file. The stream is not closed. */
  public static void write(AnnotatedImage.Source images, ClassMap classes, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    add(zip, "classes.json", ClassMaps.toJson(classes).getBytes(StandardCharsets.UTF_8));
    images.stream(image -> add(zip, entry(image.name()), ImageWriter.encodePng(image.labels())));
    zip.finish();
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  /** Returns the name of the entry with the label map of an image. */
  public static String entry(String image) {
    int dot = image.lastIndexOf('.');
    String stem = dot > image.lastIndexOf('/') ? image.substring(0, dot) : image;
    return "labels/" + stem + ".png";
  }
}
