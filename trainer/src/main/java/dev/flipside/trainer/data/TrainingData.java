package dev.flipside.trainer.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Images for training or validation.
 *
 * @param images at least one image
 * @param classes class map of the labels
 */
public record TrainingData(List<PartiallyLabelledImage> images, ClassMap classes) {
  /**
   * @throws FlipsideException if there is no image
   */
  public TrainingData {
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new FlipsideException("no labelled image to train on; label at least one region first");
    }
  }

  /** Creates the data of labelled images, whose labels hold class IDs. */
  public static TrainingData of(List<LabelledImage> images, ClassMap classes) {
    return of(images, LabelEncoding.of(classes));
  }

  /** Creates the data of labelled images, whose labels are read from files in every epoch. */
  public static TrainingData of(List<LabelledImage> images, LabelEncoding encoding) {
    return new TrainingData(
        images.stream()
            .map(
                each ->
                    new PartiallyLabelledImage(
                        each.image(), () -> LabelReader.read(each.label(), encoding, null)))
            .toList(),
        encoding.classes());
  }

  /**
   * Creates the data of labelled images and of images without any label, which only
   * self-consistency uses.
   *
   * @throws FlipsideException if no image is labelled
   */
  public static TrainingData of(
      List<LabelledImage> labelled, List<PoolImage> unlabelled, LabelEncoding encoding) {
    List<PartiallyLabelledImage> images = new ArrayList<>(of(labelled, encoding).images());
    for (PoolImage each : unlabelled) {
      images.add(
          new PartiallyLabelledImage(
              each, () -> LabelMap.unlabelled(ImageReader.probe(each.file()), encoding.classes())));
    }
    images.sort(Comparator.comparing(each -> each.image().id()));
    return new TrainingData(images, encoding.classes());
  }

  /**
   * Returns the digest of the data, {@code sha256:…} over IDs, image files and label maps in their
   * order. Reads all files.
   *
   * @throws FlipsideException if a file cannot be read
   */
  public String digest() {
    MessageDigest digest = sha256();
    for (PartiallyLabelledImage each : images) {
      digest.update(each.image().id().getBytes(StandardCharsets.UTF_8));
      update(digest, each.image().file());
      LabelMap labels = each.labels().get();
      digest.update(labels.size().toString().getBytes(StandardCharsets.UTF_8));
      digest.update(labels.ids());
    }
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Path file) {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
