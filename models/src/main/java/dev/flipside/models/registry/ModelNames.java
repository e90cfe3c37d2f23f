package dev.flipside.models.registry;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The folder {@code names}: one file a name, which holds the id of the model that has it. */
final class ModelNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** What names something else wherever a model is named. */
  private static final Set<String> RESERVED = Set.of("active");

  /** Names a file. */
  private static final String FILE = ".onnx";

  private final Path folder;

  ModelNames(Path registry) {
    this.folder = registry.resolve("names");
  }

  /**
   * Checks a name.
   *
   * @throws FlipsideException if it is not a name, or could be the beginning of an id
   */
  static void requireName(String name) {
    boolean taken = RESERVED.contains(name) || ModelRegistry.isId(name) || name.endsWith(FILE);
    if (taken || !NAME.matcher(name).matches()) {
      throw new FlipsideException(
          "model name \""
              + name
              + "\": "
              + (taken ? "it could mean a file, an ID or the active model; " : "")
              + "expected 1 to 64 letters, digits, dots, dashes and underscores that are not only"
              + " hexadecimal digits and do not end in .onnx, for example roads-v2");
    }
  }

  /** Gives a name to a model; a model that has it loses it. */
  void give(String name, String id) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.write(folder.resolve(name), id + "\n");
  }

  /** Returns the id of the model with a name. */
  Optional<String> id(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Path file = folder.resolve(name);
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot read which model has this name: " + e, e);
    }
  }

  /** Returns the names of a model in their order. */
  List<String> of(String id) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (id(name).filter(id::equals).isPresent()) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot read the names of models: " + e, e);
    }
    names.sort(null);
    return List.copyOf(names);
  }

  /** Takes all names from a model. */
  void take(String id) throws IOException {
    for (String name : of(id)) {
      Files.deleteIfExists(folder.resolve(name));
    }
  }
}
