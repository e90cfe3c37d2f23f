package dev.flipside.scorer.scores;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Region scores as JSON lines, one an image, in pool order: {@code
 * {"image":…,"height":…,"width":…,"rows":…,"cols":…,"regionHeight":…,"regionWidth":…,"scores":[…]}},
 * row-major, or {@code {"image":…,"error":…}}. Every score reads back as the same float.
 */
public final class ScoresFile {
  private ScoresFile() {}

  /**
   * Reads a file line by line, so that memory does not grow with it.
   *
   * @param each takes the results in the order of the file
   * @throws FlipsideException if there is no such file or a line is not a result
   */
  public static void read(Path file, Consumer<? super ImageResult> each) {
    try (ScoreLines lines = ScoreLines.open(file)) {
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

  private static ImageResult parse(ScoreLines lines, Path file) {
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
                  : "the line is cut off; let scoring finish the file with --resume"),
          e);
    }
  }

  /**
   * A sink that writes lines to a stream, for example standard output, each as soon as it is known.
   * The stream stays the caller's.
   */
  public static ScoreSink to(OutputStream out) {
    return result -> {
      out.write((ScoreLine.format(result) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    };
  }
}
