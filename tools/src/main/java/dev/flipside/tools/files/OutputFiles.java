package dev.flipside.tools.files;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks that output can be written, before the work begins. */
public final class OutputFiles {
  private OutputFiles() {}

  /**
   * Checks that a file can be written.
   *
   * @param force whether an existing file may be replaced
   * @throws FlipsideException if the file exists and may not be replaced, it is a folder, or its
   *     folder does not exist or cannot be written
   */
  public static void require(Path file, boolean force) {
    require(file, force, "--out");
  }

  /**
   * Checks that the file of another option than {@code --out} can be written.
   *
   * @param option the option, for messages
   * @see #require(Path, boolean)
   */
  public static void require(Path file, boolean force, String option) {
    if (Files.isDirectory(file)) {
      throw new FlipsideException(
          file + ": a folder, expected the name of a file to write (" + option + ")");
    }
    if (Files.exists(file) && !force) {
      throw new FlipsideException(
          file + ": exists already; replace it with --force, or name another file with " + option);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new FlipsideException(
          file
              + ": there is no folder "
              + folder
              + "; make it first, or name another file ("
              + option
              + ")");
    }
    requireWritable(folder, file, option);
  }

  /**
   * Makes a folder, and checks that it can be written.
   *
   * @throws FlipsideException if it cannot
   */
  public static void requireFolder(Path folder) {
    Folders.create(folder);
    requireWritable(folder, folder, "--out");
  }

  private static void requireWritable(@Nullable Path folder, Path out, String option) {
    if (folder != null && !Files.isWritable(folder)) {
      throw new FlipsideException(
          out + ": the folder " + folder + " cannot be written; name another one with " + option);
    }
  }
}
