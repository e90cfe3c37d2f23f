package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.scores.ScoreFileWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Writes one score file per fidelity beyond the first estimates, as results arrive. */
final class CascadeJournal implements RescoringJournal, AutoCloseable {
  private final Map<Fidelity, ScoreFileWriter> writers = new EnumMap<>(Fidelity.class);
  private final Map<Fidelity, Map<String, ImageResult>> earlier = new EnumMap<>(Fidelity.class);

  /**
   * Opens the file of a fidelity.
   *
   * @param settings settings the scores depend on
   * @param resume whether to keep the results of an earlier run
   * @param order IDs of the images of the pool, in pool order
   */
  void open(
      Fidelity fidelity,
      Path file,
      SortedMap<String, String> settings,
      boolean resume,
      List<String> order) {
    ScoreFileWriter writer =
        resume
            ? ScoreFileWriter.resume(file, settings, order)
            : ScoreFileWriter.create(file, settings, order);
    writers.put(fidelity, writer);
    Map<String, ImageResult> kept = new HashMap<>();
    earlier.put(fidelity, kept);
    if (writer.kept() > 0) {
      ScoreFile.read(ScoreFileWriter.part(file), result -> kept.put(result.image(), result));
      kept.keySet().removeIf(image -> !writer.has(image));
    }
  }

  @Override
  public Optional<ImageResult> earlier(Fidelity fidelity, String image) {
    return Optional.ofNullable(earlier.getOrDefault(fidelity, Map.of()).get(image));
  }

  @Override
  public void accept(Fidelity fidelity, ImageResult result) throws IOException {
    ScoreFileWriter writer = writers.get(fidelity);
    if (writer == null) {
      throw new IllegalStateException("no file was opened for fidelity " + fidelity);
    }
    writer.accept(result);
  }

  /** Completes the files. */
  void complete() {
    writers.values().forEach(ScoreFileWriter::complete);
  }

  /** Closes the files. Those that were not completed remain for a later run. */
  @Override
  public void close() throws IOException {
    closeAll(writers.values());
  }

  /**
   * Closes all files, even if closing one fails. Throws the first failure with the others as
   * suppressed exceptions.
   */
  static void closeAll(Collection<? extends Closeable> all) throws IOException {
    IOException failure = null;
    for (Closeable each : all) {
      try {
        each.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
