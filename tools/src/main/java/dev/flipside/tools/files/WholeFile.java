package dev.flipside.tools.files;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces files whole: whoever reads sees the old content or the new, never half of it. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes text as UTF-8; folders that are missing are made.
   *
   * @throws FlipsideException if the file cannot be written
   */
  public static void write(Path file, String text) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder == null) {
        throw new IOException("not a file name");
      }
      Files.createDirectories(folder);
      Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
      try {
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new FlipsideException(
          file
              + ": cannot be written ("
              + e
              + "); choose a folder that can be written and has room",
          e);
    }
  }
}
