package dev.flipside.tools.bench;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.SegmentationTraining;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.export.OnnxExporter;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures how long a network's weights take to save, to load and to export, the first time in this
 * process.
 *
 * @param plan says which network
 * @param classes its classes
 */
public record WeightsBench(TrainingPlan plan, ClassMap classes) {
  /**
   * What one file took.
   *
   * @param what done with it
   * @param mib size of the file
   * @param cpuSeconds of all processors
   * @param seconds of the clock
   */
  public record Timing(String what, double mib, double cpuSeconds, double seconds) {
    /** As JSON on one line. */
    public String toJson() {
      return String.format(
          Locale.ROOT,
          "{\"what\":\"%s\",\"mib\":%.1f,\"cpu_seconds\":%.3f,\"seconds\":%.3f}",
          what,
          mib,
          cpuSeconds,
          seconds);
    }
  }

  /**
   * Loads files of others, then saves, loads and exports a network of its own in a folder.
   *
   * @param files weights of the whole network; may be none
   * @param folder where to write
   * @throws FlipsideException if a file cannot be read or written, or is of another network
   */
  public void run(List<Path> files, Path folder, Consumer<Timing> measured) {
    try (SegmentationTraining training = SegmentationTraining.start(plan, classes)) {
      for (Path file : files) {
        measured.accept(time("load " + file.getFileName(), file, () -> load(file, training)));
      }
      Path saved = folder.resolve("weights.safetensors");
      measured.accept(time("save safetensors", saved, () -> training.saveWeights(saved)));
      measured.accept(time("load safetensors", saved, () -> load(saved, training)));
      Path model = folder.resolve("model.onnx");
      measured.accept(time("export ONNX", model, () -> export(training, model)));
      measured.accept(time("load ONNX", model, () -> load(model, training)));
    }
  }

  private static void load(Path file, SegmentationTraining training) {
    PretrainedWeights.load(file, training.network());
  }

  private static void export(SegmentationTraining training, Path file) {
    OnnxExporter.export(training.network(), training.card("", Instant.EPOCH, Map.of()), false)
        .write(file);
  }

  private static Timing time(String what, Path file, Runnable work) {
    ProcessClock clock = new ProcessClock();
    clock.start();
    work.run();
    double cpuSeconds = clock.cpuSeconds();
    double seconds = clock.seconds();
    try {
      return new Timing(what, Files.size(file) / 1048576.0, cpuSeconds, seconds);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
