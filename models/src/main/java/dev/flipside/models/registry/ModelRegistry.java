package dev.flipside.models.registry;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder of models by content digest: {@code <digest>/model.onnx} with {@code card.json} beside
 * it, and the file {@code active} that names the model in use. A model appears whole or not at all,
 * the same file added twice is there once, and a switch of the active model is one rename: whoever
 * asks {@link #activeId} before each piece of work follows it without a gap. Several processes and
 * threads may use one folder; what one of them leaves behind when it is killed is cleared by a
 * later {@link #add(Path)}.
 */
public final class ModelRegistry {
  private static final String DIGEST = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{6,64}");
  private static final String MODEL = "model.onnx";
  private static final String CARD = "card.json";
  private static final long LARGEST_MODEL = Integer.MAX_VALUE - 8L;

  private final Path folder;
  private final ActiveModels active;

  private ModelRegistry(Path folder) {
    this.folder = folder;
    this.active = new ActiveModels(folder);
  }

  /** A registry in a folder, which is made when the first model is added. */
  public static ModelRegistry open(Path folder) {
    return new ModelRegistry(folder.toAbsolutePath().normalize());
  }

  /**
   * Checks a model, settles its card and adds it.
   *
   * @throws FlipsideException if the model is refused, something must be told by hand, or the
   *     folder cannot be written
   */
  public ModelEntry add(Path onnx) {
    return add(onnx, null, CardOverrides.NONE);
  }

  /**
   * Adds a model with what is told about it. A model that is there already gets the new card, if
   * one is told, and stays the same otherwise.
   *
   * @param cardFile card beside the model, null if none is given
   * @param overrides single fields told by hand
   * @throws FlipsideException as {@link #add(Path)}
   */
  public ModelEntry add(Path onnx, @Nullable Path cardFile, CardOverrides overrides) {
    LoadedModel model = ModelSource.open(onnx, cardFile, overrides);
    boolean told = cardFile != null || !overrides.equals(CardOverrides.NONE);
    String hex = model.file().digest().substring(DIGEST.length());
    try {
      Files.createDirectories(folder);
      StaleFileCleaner.clear(folder, Instant.now());
      if (!Files.exists(folder.resolve(hex).resolve(MODEL))) {
        publish(hex, model);
      } else if (told) {
        AtomicFile.write(folder.resolve(hex).resolve(CARD), model.card().toJson());
      }
      return entry(hex);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot add " + onnx + ": " + e, e);
    }
  }

  /**
   * Adds a model from a stream, such as an upload. The stream is read to its end and not closed.
   *
   * @throws FlipsideException as {@link #add(Path)}, and if there are more than 2 GiB
   */
  public ModelEntry add(InputStream onnx) {
    Path temporary = null;
    try {
      Files.createDirectories(folder);
      // A folder of its own, in which the model finds no files but itself.
      temporary = Files.createTempDirectory(folder, ".upload");
      Path file = temporary.resolve(MODEL);
      try (OutputStream out = Files.newOutputStream(file)) {
        copy(onnx, out);
      }
      return add(file);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot take the model: " + e, e);
    } finally {
      StaleFileCleaner.deleteTree(temporary);
    }
  }

  /** All models, the newest first. */
  public List<ModelEntry> list() {
    List<ModelEntry> entries = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder)) {
      for (Path each : folders) {
        String name = String.valueOf(each.getFileName());
        if (HEX.matcher(name).matches()) {
          there(name).ifPresent(entries::add);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot read the registry: " + e, e);
    }
    entries.sort(Comparator.comparing(ModelEntry::added).reversed().thenComparing(ModelEntry::id));
    return entries;
  }

  /**
   * A model by its id, or by the first six or more digits of it.
   *
   * @throws FlipsideException if several models begin like this
   */
  public Optional<ModelEntry> find(String id) {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    String digits = id.startsWith(DIGEST) ? id.substring(DIGEST.length()) : id;
    if (digits.length() == 64) {
      return there(digits);
    }
    List<ModelEntry> found =
        list().stream().filter(each -> each.id().startsWith(DIGEST + digits)).toList();
    if (found.size() > 1) {
      throw new FlipsideException(
          "model " + id + ": " + found.size() + " models begin like this; give more digits");
    }
    return found.stream().findFirst();
  }

  /**
   * Reads a model with its card.
   *
   * @throws FlipsideException if there is no such model
   */
  public LoadedModel open(String id) {
    ModelEntry entry = require(id);
    return ModelSource.open(entry.file(), entry.file().resolveSibling(CARD), CardOverrides.NONE);
  }

  /** The model in use, empty if none was activated. */
  public Optional<ModelEntry> active() {
    Optional<String> id = activeId();
    Optional<ModelEntry> entry = id.flatMap(this::find);
    // Another process may put the next one into use and remove this one meanwhile.
    while (entry.isEmpty() && !id.equals(activeId())) {
      id = activeId();
      entry = id.flatMap(this::find);
    }
    return entry;
  }

  /** The id of the model in use; one small read, to be asked as often as wanted. */
  public Optional<String> activeId() {
    return active.history().stream().findFirst();
  }

  /**
   * Puts a model into use.
   *
   * @throws FlipsideException if there is no such model
   */
  public ModelEntry activate(String id) {
    return active.change(
        history -> {
          ModelEntry entry = require(id);
          history.remove(entry.id());
          history.add(0, entry.id());
          return entry;
        });
  }

  /**
   * Puts the model into use that was before; up to {@value ActiveModels#LONGEST_HISTORY} steps.
   *
   * @throws FlipsideException if there was none
   */
  public ModelEntry rollback() {
    return active.change(
        history -> {
          if (history.size() < 2) {
            throw new FlipsideException(
                folder + ": no model to go back to; activate another one by its id");
          }
          history.remove(0);
          return require(history.get(0));
        });
  }

  /**
   * Deletes a model.
   *
   * @throws FlipsideException if there is no such model, or it is in use
   */
  public void remove(String id) {
    active.change(
        history -> {
          ModelEntry entry = require(id);
          if (!history.isEmpty() && history.get(0).equals(entry.id())) {
            throw new FlipsideException(
                "model " + entry.id() + " is in use; activate another one first");
          }
          history.remove(entry.id());
          Path gone = folder.resolve("." + entry.id().substring(DIGEST.length()) + ".removed");
          StaleFileCleaner.deleteTree(gone);
          try {
            // In one step, so that nobody sees half a model.
            Files.move(
                folder.resolve(entry.id().substring(DIGEST.length())),
                gone,
                StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw new FlipsideException(folder + ": cannot remove " + id + ": " + e, e);
          }
          StaleFileCleaner.deleteTree(gone);
          return entry;
        });
  }

  private ModelEntry require(String id) {
    return find(id)
        .orElseThrow(
            () ->
                new FlipsideException(
                    "model " + id + ": not in the registry " + folder + "; list its models first"));
  }

  /** Makes model and card appear together; whoever comes second leaves the first one's. */
  private void publish(String hex, LoadedModel model) throws IOException {
    Path temporary = Files.createTempDirectory(folder, ".adding");
    try {
      OnnxModelFile file = model.file();
      file.write(temporary.resolve(MODEL));
      AtomicFile.write(temporary.resolve(CARD), model.card().toJson());
      Files.move(temporary, folder.resolve(hex), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      StaleFileCleaner.deleteTree(temporary);
    } catch (IOException | FlipsideException e) {
      StaleFileCleaner.deleteTree(temporary);
      if (!Files.exists(folder.resolve(hex).resolve(MODEL))) {
        throw e;
      }
    }
  }

  /** A model, empty if there is none or it is removed meanwhile. */
  private Optional<ModelEntry> there(String hex) {
    try {
      return Optional.of(entry(hex));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new FlipsideException(folder.resolve(hex) + ": cannot read the model: " + e, e);
    }
  }

  private ModelEntry entry(String hex) throws IOException {
    Path file = folder.resolve(hex).resolve(MODEL);
    Path card = file.resolveSibling(CARD);
    return new ModelEntry(
        DIGEST + hex,
        ModelCard.fromJson(Files.readString(card), card.toString()),
        file,
        Files.size(file),
        Files.getLastModifiedTime(file).toInstant());
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long count = 0;
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      count += read;
      if (count > LARGEST_MODEL) {
        throw new FlipsideException("model: more than 2 GiB, the limit of the ONNX format");
      }
      to.write(buffer, 0, read);
    }
  }
}
