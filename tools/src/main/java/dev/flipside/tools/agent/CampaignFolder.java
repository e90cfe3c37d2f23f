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

  /**
   * Returns whether a round has begun, with the labels that the archive holds; until it ends, no
   * labels are added.
   */
  boolean hasBegun(int number) {
    return Files.exists(round(number).resolve(BEGUN));
  }

  /** Marks that a round has its labels. */
  void begin(int number) {
    delete(round(number));
    AtomicFile.write(Folders.create(round(number)).resolve(BEGUN), "");
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
