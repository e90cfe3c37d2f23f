package dev.flipside.tools.command.model;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.download.Download;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that is named by a file, a folder or an https address. What was downloaded is deleted
 * when this is closed.
 */
final class ModelArgument implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Path file;
  private final @Nullable Path temporary;

  private ModelArgument(Path file, @Nullable Path temporary) {
    this.file = file;
    this.temporary = temporary;
  }

  /**
   * Finds or downloads a model.
   *
   * @throws FlipsideException if a folder holds no model or several, or the address is not https or
   *     nothing arrives from it
   */
  static ModelArgument of(String argument) {
    if (argument.startsWith("https://")) {
      return downloaded(argument);
    }
    if (argument.startsWith("http://")) {
      throw new FlipsideException(
          argument
              + ": expected an https address, so that nobody can replace the model on the way");
    }
    Path path = Path.of(argument);
    return new ModelArgument(Files.isDirectory(path) ? inside(path) : path, null);
  }

  private static ModelArgument downloaded(String address) {
    try {
      URI uri = new URI(address);
      Path folder = Files.createTempDirectory("flipside-model");
      Path file = folder.resolve("model.onnx");
      ModelArgument argument = new ModelArgument(file, folder);
      try {
        new Download(PAUSE, "download it by hand and add the file").fetch(uri, file);
      } catch (RuntimeException e) {
        argument.close();
        throw e;
      }
      return argument;
    } catch (URISyntaxException e) {
      throw new FlipsideException(address + ": not an address: " + e.getReason(), e);
    } catch (IOException e) {
      throw new FlipsideException(address + ": cannot be stored: " + e, e);
    }
  }

  private static Path inside(Path folder) {
    for (String usual : List.of("model.onnx", "onnx/model.onnx", "end2end.onnx")) {
      if (Files.isRegularFile(folder.resolve(usual))) {
        return folder.resolve(usual);
      }
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.onnx")) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot be read: " + e, e);
    }
    if (found.size() != 1) {
      throw new FlipsideException(
          folder
              + ": "
              + (found.isEmpty() ? "no ONNX model" : "several ONNX models " + found)
              + ", expected one, or one named model.onnx; name the file");
    }
    return found.get(0);
  }

  /** Returns the file of the model. */
  Path file() {
    return file;
  }

  @Override
  public void close() {
    if (temporary == null) {
      return;
    }
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
