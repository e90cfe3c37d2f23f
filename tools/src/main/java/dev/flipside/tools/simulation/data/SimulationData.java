package dev.flipside.tools.simulation.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.tools.files.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A data set whose ground truth plays the annotator.
 *
 * @param root folder that image ids are relative to
 * @param pool images that may be labelled, with their truth
 * @param validation images by which the best epoch of a final stage is chosen; may be empty
 * @param test images the networks are measured on
 * @param encoding what the values in label files mean
 */
public record SimulationData(
    Path root,
    List<LabelledImage> pool,
    List<LabelledImage> validation,
    List<LabelledImage> test,
    LabelEncoding encoding) {
  /** Creates data without validation images, whose label files hold class IDs. */
  public SimulationData(
      Path root, List<LabelledImage> pool, List<LabelledImage> test, ClassMap classes) {
    this(root, pool, List.of(), test, LabelEncoding.of(classes));
  }

  /**
   * @throws FlipsideException if a list is empty
   */
  public SimulationData {
    pool = List.copyOf(pool);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
    if (pool.isEmpty() || test.isEmpty()) {
      throw new FlipsideException(
          root
              + ": "
              + pool.size()
              + " images to label and "
              + test.size()
              + " to test on, expected"
              + " at least one of each");
    }
  }

  /** Returns the classes of the labels. */
  public ClassMap classes() {
    return encoding.classes();
  }

  /**
   * The same images and labels at one size, as PNG files in a folder where their own size or the
   * encoding of the label differs. Decoding the large ones is what an epoch on a small network
   * would spend most of its time on. Files that are there are kept: they were written whole.
   */
  public SimulationData resizedInto(Path folder, ImageSize size, Progress progress) {
    List<LabelledImage> all = new ArrayList<>(pool);
    all.addAll(validation);
    all.addAll(test);
    List<LabelledImage> resized = new ArrayList<>();
    for (LabelledImage each : all) {
      resized.add(resized(each, folder, size));
      progress.advance(resized.size(), all.size(), "");
    }
    return new SimulationData(
        root,
        resized.subList(0, pool.size()),
        resized.subList(pool.size(), pool.size() + validation.size()),
        resized.subList(pool.size() + validation.size(), all.size()),
        LabelEncoding.of(classes()));
  }

  private LabelledImage resized(LabelledImage each, Path folder, ImageSize size) {
    if (encoding.isPlain() && ImageReader.probe(each.image().file()).equals(size)) {
      return each;
    }
    String name = each.image().id() + ".png";
    Path image = folder.resolve("images").resolve(name);
    Path label = folder.resolve("labels").resolve(name);
    if (!Files.exists(image)) {
      Folders.create(Objects.requireNonNull(image.getParent()));
      ImageWriter.writeRgb(image, ImageReader.read(each.image().file(), size));
    }
    if (!Files.exists(label)) {
      Folders.create(Objects.requireNonNull(label.getParent()));
      ImageWriter.writeLabel(label, truth(each, size));
    }
    return new LabelledImage(new PoolImage(each.image().id(), image), label);
  }

  /**
   * What the images are, as {@code sha256:…} over ids and sizes of the files, pool first, test
   * last. Cheap: the files are not read.
   *
   * @throws FlipsideException if a file is missing
   */
  public String digest() {
    StringBuilder text = new StringBuilder();
    if (!encoding.isPlain()) {
      text.append(new TreeMap<>(encoding.values())).append(new TreeMap<>(encoding.colors()));
    }
    for (List<LabelledImage> images : List.of(pool, validation, test)) {
      text.append(images.size()).append('\n');
      for (LabelledImage each : images) {
        text.append(each.image().id())
            .append(' ')
            .append(bytes(each.image().file()))
            .append(' ')
            .append(bytes(each.label()))
            .append('\n');
      }
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return "sha256:"
          + HexFormat.of()
              .formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /** The images without their labels, as a scorer may see them. */
  public Pool unlabelled() {
    return new Pool(root, pool.stream().map(LabelledImage::image).toList());
  }

  /** The images with their truth, by id. */
  public Map<String, LabelledImage> byId() {
    Map<String, LabelledImage> byId = new LinkedHashMap<>();
    pool.forEach(each -> byId.put(each.image().id(), each));
    return byId;
  }

  /** The whole ground truth of an image. */
  public LabelMap truth(LabelledImage image, ImageSize size) {
    return LabelReader.read(image.label(), encoding, size);
  }
}
