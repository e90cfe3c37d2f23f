package dev.flipside.scorer.cascade;

import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.ScoresFile;
import dev.flipside.scorer.scores.ScoresWriter;
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

/** A score file for each fidelity beyond the first estimates, kept as the results come in. */
final class CascadeJournal implements RescoringJournal, AutoCloseable {
  private final Map<Fidelity, ScoresWriter> writers = new EnumMap<>(Fidelity.class);
  private final Map<Fidelity, Map<String, ImageResult>> earlier = new EnumMap<>(Fidelity.class);

  /**
   * Opens a file.
   *
   * @param settings what the scores are scores of
   * @param resume whether to keep what an earlier run wrote
   * @param order ids of the pool's images in pool order
   */
  void open(
      Fidelity fidelity,
      Path file,
      SortedMap<String, String> settings,
      boolean resume,
      List<String> order) {
    ScoresWriter writer =
        resume
            ? ScoresWriter.resume(file, settings, order)
            : ScoresWriter.create(file, settings, order);
    writers.put(fidelity, writer);
    Map<String, ImageResult> kept = new HashMap<>();
    earlier.put(fidelity, kept);
    if (writer.kept() > 0) {
      ScoresFile.read(ScoresWriter.part(file), result -> kept.put(result.image(), result));
      kept.keySet().removeIf(image -> !writer.has(image));
    }
  }

  @Override
  public Optional<ImageResult> earlier(Fidelity fidelity, String image) {
    return Optional.ofNullable(earlier.getOrDefault(fidelity, Map.of()).get(image));
  }

  @Override
  public void accept(Fidelity fidelity, ImageResult result) throws IOException {
    ScoresWriter writer = writers.get(fidelity);
    if (writer == null) {
      throw new IllegalStateException("no file was opened for scores that are " + fidelity);
    }
    writer.accept(result);
  }

  /** Gives the files their names. */
  void complete() {
    writers.values().forEach(ScoresWriter::complete);
  }

  /** Leaves what was not completed for a later run. */
  @Override
  public void close() throws IOException {
    closeAll(writers.values());
  }

  /**
   * Closes all, those behind one that fails too; throws the first failure with the others in it.
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
