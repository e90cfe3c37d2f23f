package dev.flipside.scorer.scores;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A score file: JSON lines, one per image, in pool order, either {@code
 * {"image":…,"height":…,"width":…,"rows":…,"cols":…,"regionHeight":…,"regionWidth":…,"scores":[…]}}
 * with row-major scores, or {@code {"image":…,"error":…}}. Scores are written so that they read
 * back as the same float.
 */
public final class ScoreFile {
  private ScoreFile() {}

  /**
   * Reads a file line by line. Memory use does not depend on its size.
   *
   * @param each receives the results in the order of the file
   * @throws FlipsideException if the file does not exist or a line is not a result
   */
  public static void read(Path file, Consumer<? super ImageResult> each) {
    try (OffsetLineReader lines = OffsetLineReader.open(file)) {
      while (lines.advance()) {
        if (!lines.isBlank()) {
          each.accept(parse(lines, file));
        }
      }
    } catch (NoSuchFileException e) {
      throw new FlipsideException(file + ": no such score file", e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": the scores cannot be read: " + e, e);
    }
  }

  private static ImageResult parse(OffsetLineReader lines, Path file) {
    try {
      return ScoreLine.parse(lines.bytes(), lines.from(), lines.to());
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(
          file
              + " line "
              + lines.number()
              + ": "
              + (lines.isWhole()
                  ? e.getMessage()
                  : "the line is incomplete; finish scoring with --resume"),
          e);
    }
  }

  /**
   * Returns a sink that writes each line to a stream immediately. The caller keeps ownership of the
   * stream.
   */
  public static ScoreSink to(OutputStream out) {
    return result -> {
      out.write((ScoreLine.format(result) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    };
  }
}
