package dev.flipside.models.registry;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.InspectionContext;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.probe.ModelRunner;
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
 * A content-addressed folder of models: {@code <digest>/model.onnx} with {@code card.json} and
 * {@code evidence.json}, the findings that led to the card, beside it, the file {@code active} with
 * the ids of the activated models, and the folder {@code names}. Models are published atomically,
 * and a file that is added twice is stored once. Switching the active model is one atomic rename,
 * so callers that read {@link #activeId} before each task follow a switch without interruption.
 * Several processes and threads can share a folder; files left behind by a killed process are
 * deleted by a later {@link #add(Path)}.
 */
public final class ModelRegistry {
  private static final String DIGEST = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{6,64}");
  private static final String MODEL = "model.onnx";
  private static final String CARD = "card.json";
  private static final String EVIDENCE = "evidence.json";
  private static final long LARGEST_MODEL = Integer.MAX_VALUE - 8L;

  private final Path folder;
  private final @Nullable ModelRunner runner;
  private final ActiveModels active;
  private final ModelNames names;

  private ModelRegistry(Path folder, @Nullable ModelRunner runner) {
    this.folder = folder;
    this.runner = runner;
    this.active = new ActiveModels(folder);
    this.names = new ModelNames(folder);
  }

  /** Opens a registry. The folder is created when the first model is added. */
  public static ModelRegistry open(Path folder) {
    return new ModelRegistry(folder.toAbsolutePath().normalize(), null);
  }

  /**
   * Opens a registry; see {@link #open(Path)}.
   *
   * @param runner runs each added model once, to see what its numbers are
   */
  public static ModelRegistry open(Path folder, ModelRunner runner) {
    return new ModelRegistry(folder.toAbsolutePath().normalize(), runner);
  }

  /**
   * Validates a model, determines its card and adds it.
   *
   * @throws FlipsideException if the model is refused, the card cannot be determined without
   *     further settings, or the folder cannot be written
   */
  public ModelEntry add(Path onnx) {
    return add(onnx, null, CardOverrides.NONE);
  }

  /**
   * Adds a model with user-specified card settings. If the model is already present, its card is
   * replaced only if a card file or overrides are given.
   *
   * @param cardFile card file, null if none
   * @param overrides card fields specified by the user
   * @throws FlipsideException as {@link #add(Path)}
   */
  public ModelEntry add(Path onnx, @Nullable Path cardFile, CardOverrides overrides) {
    return add(onnx, cardFile, overrides, onnx.toString());
  }

  /**
   * Adds a model; see {@link #add(Path, Path, CardOverrides)}.
   *
   * @param source where the model comes from, kept with the evidence
   */
  public ModelEntry add(
      Path onnx, @Nullable Path cardFile, CardOverrides overrides, String source) {
    LoadedModel model =
        ModelSource.open(
            OnnxModelFile.read(onnx), cardFile, overrides, InspectionContext.of(onnx, runner));
    boolean told = cardFile != null || !overrides.equals(CardOverrides.NONE);
    String hex = model.file().digest().substring(DIGEST.length());
    try {
      Files.createDirectories(folder);
      StaleFileCleaner.clear(folder, Instant.now());
      if (!Files.exists(folder.resolve(hex).resolve(MODEL))) {
        publish(hex, model, source);
      } else if (told) {
        AtomicFile.write(folder.resolve(hex).resolve(CARD), model.card().toJson());
        AtomicFile.write(folder.resolve(hex).resolve(EVIDENCE), model.evidence(source));
      }
      return entry(hex);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot add " + onnx + ": " + e, e);
    }
  }

  /**
   * Adds a model from a stream, such as an upload. Reads the stream to its end and does not close
   * it.
   *
   * @throws FlipsideException as {@link #add(Path)}, or if the stream is longer than 2 GiB
   */
  public ModelEntry add(InputStream onnx) {
    Path temporary = null;
    try {
      Files.createDirectories(folder);
      // A separate folder, so that the model cannot reference other files as external tensors.
      temporary = Files.createTempDirectory(folder, ".upload");
      Path file = temporary.resolve(MODEL);
      try (OutputStream out = Files.newOutputStream(file)) {
        copy(onnx, out);
      }
      return add(file);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot take the model: " + e, e);
    } finally {
      StaleFileCleaner.discard(temporary);
    }
  }

  /** Returns all models, newest first. */
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
   * Gives a name to a model. If another model has the name, it loses it, so a name can follow the
   * newest model.
   *
   * @throws FlipsideException if it is not a name, or there is no such model
   */
  public ModelEntry name(String name, String id) {
    requireName(name);
    return active.change(
        history -> {
          ModelEntry entry = require(id);
          try {
            names.give(name, entry.id());
          } catch (IOException e) {
            throw new FlipsideException(folder + ": cannot name " + id + ": " + e, e);
          }
          return require(entry.id());
        });
  }

  /**
   * Checks that a model can have a name.
   *
   * @throws FlipsideException if it cannot
   */
  public static void requireName(String name) {
    ModelNames.requireName(name);
  }

  /** Returns whether a text has the form of an id or of its first digits. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * Returns a model by its id, a prefix of at least six digits, or a name, or empty if there is
   * none.
   *
   * @throws FlipsideException if the prefix is ambiguous
   */
  public Optional<ModelEntry> find(String id) {
    if (!isId(id)) {
      return names.id(id).filter(ModelRegistry::isId).flatMap(this::find);
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

  /** Returns the active model, or empty if none was activated. */
  public Optional<ModelEntry> active() {
    Optional<String> id = activeId();
    Optional<ModelEntry> entry = id.flatMap(this::find);
    // Another process may activate another model and remove this one in between.
    while (entry.isEmpty() && !id.equals(activeId())) {
      id = activeId();
      entry = id.flatMap(this::find);
    }
    return entry;
  }

  /** Returns the id of the active model. Reads one small file, so it can be called often. */
  public Optional<String> activeId() {
    return active.history().stream().findFirst();
  }

  /**
   * Makes a model the active one.
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
   * Reactivates the previously active model. The history holds {@value
   * ActiveModels#LONGEST_HISTORY} models.
   *
   * @throws FlipsideException if there is no previous model
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
   * @throws FlipsideException if there is no such model or it is active
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
          dropNames(entry.id());
          Path gone = folder.resolve("." + entry.id().substring(DIGEST.length()) + ".removed");
          StaleFileCleaner.deleteTree(gone);
          try {
            // One atomic move, so that readers never see a partially deleted model.
            Files.move(
                folder.resolve(entry.id().substring(DIGEST.length())),
                gone,
                StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw new FlipsideException(folder + ": cannot remove " + id + ": " + e, e);
          }
          StaleFileCleaner.discard(gone);
          return entry;
        });
  }

  private void dropNames(String id) {
    try {
      names.take(id);
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot drop the names of " + id + ": " + e, e);
    }
  }

  private ModelEntry require(String id) {
    return find(id)
        .orElseThrow(
            () ->
                new FlipsideException(
                    "model " + id + ": not in the registry " + folder + "; list its models first"));
  }

  /** Publishes model and card in one step. If another process was faster, its files stay. */
  private void publish(String hex, LoadedModel model, String source) throws IOException {
    Path temporary = Files.createTempDirectory(folder, ".adding");
    try {
      OnnxModelFile file = model.file();
      file.write(temporary.resolve(MODEL));
      AtomicFile.write(temporary.resolve(CARD), model.card().toJson());
      AtomicFile.write(temporary.resolve(EVIDENCE), model.evidence(source));
      Files.move(temporary, folder.resolve(hex), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      StaleFileCleaner.discard(temporary);
    } catch (IOException | FlipsideException e) {
      StaleFileCleaner.discard(temporary);
      if (!Files.exists(folder.resolve(hex).resolve(MODEL))) {
        throw e;
      }
    }
  }

  /** Returns a model, or empty if it does not exist or is removed concurrently. */
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
        names.of(DIGEST + hex),
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
