package dev.flipside.tools.files;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folders a run writes to. */
public final class Folders {
  private Folders() {}

  /**
   * Makes a folder and those above it; one that is there already stays as it is.
   *
   * @return the folder
   * @throws FlipsideException if it cannot be made
   */
  public static Path create(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FlipsideException(
          folder + ": this folder cannot be made (" + e + "); choose one that can be written", e);
    }
  }

  /**
   * Makes the folder that is to hold a file.
   *
   * @throws FlipsideException if it cannot be made
   */
  public static void createFor(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      create(folder);
    }
  }

  /**
   * Refuses a folder that holds anything.
   *
   * @throws FlipsideException if the folder is in use or cannot be read
   */
  public static void requireEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new FlipsideException(
            folder + ": this folder is not empty; name another with --out, or remove it first");
      }
    } catch (IOException e) {
      throw new FlipsideException(folder + ": expected a folder that can be read (" + e + ")", e);
    }
  }
}
