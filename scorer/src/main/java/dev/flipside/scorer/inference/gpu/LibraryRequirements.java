package dev.flipside.scorer.inference.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The NVIDIA libraries that a library needs, directly or through one another, and where they are.
 * Read from the libraries themselves.
 *
 * @param found file by library name; a library comes after those it needs
 * @param missing libraries that are in no folder, in the order in which they are needed
 */
public record LibraryRequirements(Map<String, Path> found, List<String> missing) {
  /** Libraries of NVIDIA; all others belong to the system or to ONNX Runtime. */
  private static final Pattern NVIDIA =
      Pattern.compile(
          "lib(cu[a-z]*|nvrtc|nvinfer|nvonnxparser|nvJitLink|nvjitlink|nvToolsExt)[A-Za-z_]*\\.so\\..*");

  private static final Pattern CUDA = Pattern.compile("libcu(?:dart|blas|blasLt)\\.so\\.(\\d+)");

  /** Copies both. */
  public LibraryRequirements {
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    missing = List.copyOf(missing);
  }

  /**
   * Reads what a library needs.
   *
   * @param library the library, for example ONNX Runtime's CUDA provider
   * @param folders folders to search, after those that the libraries name themselves
   * @throws IOException if the library or one that it needs cannot be read
   */
  static LibraryRequirements of(RandomAccessBytes library, LibraryFolders folders)
      throws IOException {
    Search search = new Search(folders);
    search.visit(ElfLibrary.read(library), Optional.empty());
    return new LibraryRequirements(search.found, List.copyOf(search.missing));
  }

  /** Returns these requirements and the library of the driver, first. */
  LibraryRequirements withDriver(String name, LibraryFolders folders) {
    Map<String, Path> all = new LinkedHashMap<>();
    Set<String> none = new LinkedHashSet<>();
    folders.find(name).ifPresentOrElse(file -> all.put(name, file), () -> none.add(name));
    all.putAll(found);
    none.addAll(missing);
    return new LibraryRequirements(all, List.copyOf(none));
  }

  /** Returns the major version of CUDA that is needed, if the names tell. */
  public OptionalInt cuda() {
    List<String> names = new ArrayList<>(missing);
    names.addAll(found.keySet());
    return names.stream()
        .map(CUDA::matcher)
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .findFirst();
  }

  /** A walk over libraries, each after those it needs. */
  private static final class Search {
    private final LibraryFolders folders;
    private final Map<String, Path> found = new LinkedHashMap<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> seen = new LinkedHashSet<>();

    Search(LibraryFolders folders) {
      this.folders = folders;
    }

    void visit(ElfLibrary library, Optional<Path> file) throws IOException {
      for (String name : library.needed()) {
        if (NVIDIA.matcher(name).matches() && seen.add(name)) {
          Optional<Path> place = find(name, library, file);
          if (place.isEmpty()) {
            missing.add(name);
          } else {
            visit(read(place.get()), place);
            found.put(name, place.get());
          }
        }
      }
    }

    private static ElfLibrary read(Path file) throws IOException {
      try {
        return ElfLibrary.read(RandomAccessBytes.of(file));
      } catch (IOException e) {
        throw new IOException(file + ": " + e.getMessage(), e);
      }
    }

    /** Searches as the system loader does: first where the library that needs it says. */
    private Optional<Path> find(String name, ElfLibrary needing, Optional<Path> file) {
      List<Path> own = new ArrayList<>();
      for (String folder : needing.searchPath()) {
        file.map(Path::getParent)
            .map(parent -> folder.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", parent + ""))
            .filter(path -> path.startsWith("/"))
            .ifPresent(path -> own.add(Path.of(path).normalize()));
      }
      return new LibraryFolders(own).find(name).or(() -> folders.find(name));
    }
  }
}
