package dev.flipside.models.registry;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Stub. */
public final class ModelRegistry {
  private final Path folder;

  private ModelRegistry(Path folder) {
    this.folder = folder;
  }

  public static ModelRegistry open(Path folder) {
    return new ModelRegistry(folder);
  }

  public ModelEntry add(Path onnx) {
    OnnxModelFile file = OnnxModelFile.read(onnx);
    Path target = folder.resolve(file.digest().replace("sha256:", "") + ".onnx");
    file.write(target);
    return entry(target);
  }

  private ModelEntry entry(Path target) {
    OnnxModelFile file = OnnxModelFile.read(target);
    return new ModelEntry(
        file.digest(),
        file.card().orElseThrow(() -> new FlipsideException("no card")),
        target,
        1,
        Instant.EPOCH);
  }

  public List<ModelEntry> list() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".onnx")).map(this::entry).toList();
    } catch (IOException e) {
      throw new FlipsideException("x", e);
    }
  }

  public Optional<ModelEntry> find(String id) {
    return list().stream().filter(e -> e.id().equals(id)).findFirst();
  }

  public Optional<ModelEntry> active() {
    try {
      return Files.exists(folder.resolve("active"))
          ? find(Files.readString(folder.resolve("active")))
          : Optional.empty();
    } catch (IOException e) {
      throw new FlipsideException("x", e);
    }
  }

  public ModelEntry activate(String id) {
    try {
      Files.writeString(folder.resolve("active"), id);
    } catch (IOException e) {
      throw new FlipsideException("x", e);
    }
    return find(id).orElseThrow();
  }

  public ModelEntry rollback() {
    return active().orElseThrow(() -> new FlipsideException("nothing to roll back to"));
  }

  public void remove(String id) {
    find(id).ifPresent(e -> e.file().toFile().delete());
  }
}
