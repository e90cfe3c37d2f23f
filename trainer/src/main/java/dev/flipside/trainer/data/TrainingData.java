package dev.flipside.trainer.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.LabelledImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Images to train on or to validate with.
 *
 * @param images at least one
 * @param classes what the ids in their label maps mean
 */
public record TrainingData(List<PartlyLabelled> images, ClassMap classes) {
  /**
   * @throws FlipsideException if there is no image
   */
  public TrainingData {
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new FlipsideException("no labelled image to train on; label at least one region first");
    }
  }

  /** Images whose labels are read from files, each time they are needed. */
  public static TrainingData of(List<LabelledImage> images, ClassMap classes) {
    return new TrainingData(
        images.stream()
            .map(
                each ->
                    new PartlyLabelled(
                        each.image(), () -> LabelReader.read(each.label(), classes, null)))
            .toList(),
        classes);
  }

  /**
   * What was trained on, as {@code sha256:…} over ids, image files and label maps in their order.
   * Reads all of them.
   *
   * @throws FlipsideException if a file cannot be read
   */
  public String digest() {
    MessageDigest digest = sha256();
    for (PartlyLabelled each : images) {
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
