package dev.flipside.trainer;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A CSV file with one line per epoch. Epochs count from 1. */
final class EpochMetricsFile {
  private static final String HEADER =
      "epoch,step,learning_rate,cross_entropy,consistency,loss,"
          + "validation_miou,validation_pixel_accuracy,images_per_second,seconds";

  private final Path file;

  private EpochMetricsFile(Path file) {
    this.file = file;
  }

  /**
   * Opens the file and truncates it to the first epochs, because those after them are trained
   * again.
   *
   * @throws FlipsideException if it cannot be read or written
   */
  static EpochMetricsFile open(Path file, int epochs) {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    try {
      if (epochs > 0 && Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          if (!line.startsWith("epoch") && epochOf(line) <= epochs) {
            lines.add(line);
          }
        }
      }
      AtomicFile.write(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
    return new EpochMetricsFile(file);
  }

  /** Returns the epoch of a line; an incomplete line is not kept. */
  private static int epochOf(String line) {
    if (line.split(",", -1).length != HEADER.split(",", -1).length) {
      return Integer.MAX_VALUE;
    }
    return Integer.parseInt(line.substring(0, line.indexOf(',')));
  }

  /** Appends the line of an epoch. */
  void add(EpochReport epoch, @Nullable SegmentationMetrics validation) {
    String line =
        String.format(
            Locale.ROOT,
            "%d,%d,%s,%.6f,%.6f,%.6f,%s,%s,%.3f,%.1f%n",
            epoch.epoch() + 1,
            epoch.step(),
            epoch.learningRate(),
            epoch.loss().crossEntropy(),
            epoch.loss().consistency(),
            epoch.loss().total(),
            validation == null ? "" : String.format(Locale.ROOT, "%.6f", validation.miou()),
            validation == null
                ? ""
                : String.format(Locale.ROOT, "%.6f", validation.pixelAccuracy()),
            epoch.images() / epoch.seconds(),
            epoch.seconds());
    try {
      Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }
}
