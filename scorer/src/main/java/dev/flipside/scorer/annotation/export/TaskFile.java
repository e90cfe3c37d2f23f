package dev.flipside.scorer.annotation.export;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the regions of a selection as a file for annotators, which is replaced atomically.
 *
 * @param name name of the task
 * @param pool all images that label maps may be named after
 * @param tasks images and regions to label
 * @param classes classes to label
 * @param url for Label Studio, the URL of an image ID
 */
public record TaskFile(
    String name, Pool pool, TaskImages tasks, ClassMap classes, Function<String, String> url) {
  private static final String ZIP = ".zip";
  private static final int TO_LABEL = 255;

  /**
   * Writes the file. With the extension {@code .zip}, CVAT and COCO files hold the images too.
   *
   * @return names of images that the format cannot hold and that are left out, with what it cannot
   *     hold as escapes of Java
   * @throws FlipsideException if all images are left out, the format has no ZIP archives, an image
   *     cannot be read, or the file cannot be written; an existing file is then unchanged
   */
  public List<String> write(TaskFormat format, Path file) {
    List<String> leftOut = new ArrayList<>();
    boolean zip = file.toString().toLowerCase(Locale.ROOT).endsWith(ZIP);
    if (zip && format == TaskFormat.LABEL_STUDIO) {
      throw new FlipsideException(
          file + ": Label Studio reads no ZIP archive of tasks; name a file that ends in .json");
    }
    if (!zip && format == TaskFormat.MASKS) {
      throw new FlipsideException(
          file + ": masks are a ZIP archive; name a file that ends in " + ZIP);
    }
    AtomicFile.write(
        file,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          if (zip) {
            archive(format, out, leftOut);
          } else {
            document(format, out, leftOut);
          }
          out.flush();
          if (leftOut.size() == tasks.images().size()) {
            throw new FlipsideException(
                "XML cannot hold the names of the images "
                    + leftOut
                    + "; rename them or export as label-studio or coco");
          }
        });
    return leftOut;
  }

  private void document(TaskFormat format, OutputStream out, List<String> leftOut)
      throws IOException {
    switch (format) {
      case CVAT -> {
        try (CvatWriter xml = CvatWriter.begin(out, name, classes, "auto")) {
          tasks.stream(xml::add);
          leftOut.addAll(xml.leftOut());
        }
      }
      case LABEL_STUDIO -> {
        try (LabelStudioWriter json =
            LabelStudioWriter.begin(out, name, classes, "predictions", url)) {
          tasks.stream(json::add);
        }
      }
      case COCO -> {
        Path scratch = Files.createTempDirectory("flipside-");
        try {
          CocoWriter.writeTasks(tasks, name, classes, out, scratch);
        } finally {
          Files.delete(scratch);
        }
      }
      case MASKS -> throw new IllegalArgumentException("masks are no document");
    }
  }

  private void archive(TaskFormat format, OutputStream out, List<String> leftOut)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    if (format == TaskFormat.MASKS) {
      masks(zip);
    } else {
      zip.putNextEntry(
          new ZipEntry(
              format == TaskFormat.CVAT ? "annotations.xml" : "annotations/instances.json"));
      document(format, zip, leftOut);
      zip.closeEntry();
    }
    for (PoolImage each : tasks.images()) {
      zip.putNextEntry(new ZipEntry("images/" + each.id()));
      Files.copy(each.file(), zip);
      zip.closeEntry();
    }
    zip.finish();
  }

  /** Writes a label map and a mask of the regions for each image, as the import expects them. */
  private void masks(ZipOutputStream zip) throws IOException {
    MaskNames names = new MaskNames();
    pool.images().forEach(each -> names.register(each.id()));
    add(zip, MaskNames.CLASSES, ClassMaps.toJson(classes).getBytes(StandardCharsets.UTF_8));
    tasks.stream(
        image -> {
          add(zip, names.entry(image.name()), ImageWriter.encodePng(image.labels()));
          add(zip, "regions/" + names.file(image.name()), ImageWriter.encodePng(regions(image)));
        });
  }

  private static LabelMap regions(AnnotatedImage image) {
    LabelMap mask = new LabelMap(image.labels().size(), new byte[image.labels().ids().length]);
    for (Region region : image.regions()) {
      byte[] ids = new byte[Math.toIntExact(region.pixels())];
      Arrays.fill(ids, (byte) TO_LABEL);
      mask.paste(new LabelMap(new ImageSize(region.height(), region.width()), ids), region);
    }
    return mask;
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
