package dev.flipside.api.upload;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A request body in a temporary file. Closing it deletes the file. */
public final class Upload implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path file;

  private Upload(Path file) {
    this.file = file;
  }

  /**
   * Copies a request body to a temporary file. The caller closes the result; the body stays open.
   *
   * @param folder existing folder for the file
   * @param ending file name extension, for example {@code .png}
   * @param limit maximum size in bytes
   * @throws ApiProblem if the body is empty or too large
   * @throws IOException if the body ends early or the disk is full
   */
  public static Upload receive(InputStream body, Path folder, String ending, long limit)
      throws IOException {
    Upload upload = new Upload(Files.createTempFile(folder, "upload-", ending));
    try {
      long length = copy(body, upload.file, limit);
      if (length == 0) {
        throw ApiProblem.of(
            ProblemType.BAD_REQUEST, "the request has no body; send the file's bytes as the body");
      }
      return upload;
    } catch (IOException | RuntimeException e) {
      upload.close();
      throw e;
    }
  }

  private static long copy(InputStream body, Path file, long limit) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long length = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        length += read;
        if (length > limit) {
          throw ApiProblem.of(
              ProblemType.TOO_LARGE,
              "the content has more than "
                  + limit
                  + " bytes; send less, or raise the limits in flipside.limits");
        }
        out.write(buffer, 0, read);
      }
    }
    return length;
  }

  /** Returns the file, which exists until this upload is closed. */
  public Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
