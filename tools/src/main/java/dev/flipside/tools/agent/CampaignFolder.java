package dev.flipside.tools.agent;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.files.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an agent keeps of a campaign: {@code labels}, {@code images} at the size of training, and
 * {@code rounds} with the last completed round and the one in progress.
 *
 * @param root folder of the campaign
 */
record CampaignFolder(Path root) {
  private static final String BEGUN = "begun";
  private static final String DONE = "done";

  /** Starts of a round without a completed epoch, after which it has failed. */
  private static final int MOST_STARTS = 3;

  Path labels() {
    return root.resolve("labels");
  }

  Path images() {
    return root.resolve("images");
  }

  /** Returns the folder of a round. */
  Path round(int number) {
    return root.resolve("rounds").resolve(Integer.toString(number));
  }

  /** Returns whether a round has begun and has its labels. No labels are added until it ends. */
  boolean hasBegun(int number) {
    return Files.exists(round(number).resolve(BEGUN));
  }

  /** Marks that a round has its labels. */
  void begin(int number) {
    delete(round(number));
    Folders.create(round(number));
    progressed(number);
  }

  /**
   * Counts a start of a round that has begun.
   *
   * @throws FlipsideException if it was started too often without coming any further
   */
  void countStart(int number) {
    Path file = round(number).resolve(BEGUN);
    int starts;
    try {
      String text = Files.readString(file).strip();
      starts = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
    if (starts >= MOST_STARTS) {
      throw new FlipsideException(
          "the agent ended "
              + starts
              + " times without completing an epoch; it may lack memory, see what it printed");
    }
    AtomicFile.write(file, Integer.toString(starts + 1));
  }

  /** Notes that a round came further since its last start. */
  void progressed(int number) {
    AtomicFile.write(round(number).resolve(BEGUN), "0");
  }

  /** Marks a round as completed, and deletes the ones before it. */
  void complete(int number) {
    AtomicFile.write(round(number).resolve(DONE), "");
    rounds().stream().filter(each -> each < number).forEach(each -> delete(round(each)));
  }

  /** Forgets a round that failed or was lost. */
  void drop(int number) {
    delete(round(number));
  }

  /** Deletes the checkpoint of a round; returns whether there was one. */
  boolean dropCheckpoint(int number) {
    Path file = round(number).resolve("checkpoint.safetensors");
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be deleted (" + e + ")", e);
    }
  }

  /** Returns the model of the last completed round before another one; null if there is none. */
  @Nullable Path weights(int before) {
    return rounds().stream()
        .filter(each -> each < before && Files.exists(round(each).resolve(DONE)))
        .max(Comparator.naturalOrder())
        .map(each -> round(each).resolve("model.onnx"))
        .orElse(null);
  }

  private List<Integer> rounds() {
    Path folder = root.resolve("rounds");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(each -> each.getFileName().toString())
          .filter(name -> name.matches("\\d{1,9}"))
          .map(Integer::valueOf)
          .toList();
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot be read (" + e + ")", e);
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot be deleted (" + e + ")", e);
    }
  }
}
