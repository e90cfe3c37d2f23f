package dev.flipside.tools.process;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file with the number and the start of a child process, so that it is found if it outlives its
 * parent. Numbers are used again; only with its start is a process the same.
 *
 * @param file file of two numbers: of the process, and its start in ms since 1970
 */
record ProcessRecord(Path file) {
  private static final Duration LONGEST_STOP = Duration.ofMinutes(2);

  /** Systems derive the start from their boot time, which a set clock moves a little. */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  /** Notes a process. */
  void write(ProcessHandle process) {
    Optional<Instant> start = process.info().startInstant();
    if (start.isPresent()) {
      AtomicFile.write(file, process.pid() + " " + start.get().toEpochMilli() + "\n");
    }
  }

  /**
   * Ends the noted process if it still runs.
   *
   * @throws FlipsideException if the file cannot be read, or the process does not end
   */
  void end() throws InterruptedException {
    Optional<ProcessHandle> process = find();
    if (process.isEmpty()) {
      return;
    }
    process.get().destroy();
    try {
      process.get().onExit().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new FlipsideException(
          "process " + process.get().pid() + " of an earlier studio does not end; end it first", e);
    }
  }

  private Optional<ProcessHandle> find() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String[] numbers = Files.readString(file).strip().split(" ", -1);
      Instant start = Instant.ofEpochMilli(Long.parseLong(numbers[numbers.length - 1]));
      return ProcessHandle.of(Long.parseLong(numbers[0]))
          .filter(each -> each.info().startInstant().filter(it -> same(it, start)).isPresent());
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    } catch (NumberFormatException e) {
      return Optional.empty(); // Not written by a studio.
    }
  }

  private static boolean same(Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(SAME_START) <= 0;
  }
}
