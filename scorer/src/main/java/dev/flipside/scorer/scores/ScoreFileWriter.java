package dev.flipside.scorer.scores;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a score file that can be resumed after the process is killed at any moment. Each line is
 * written to {@code FILE.part} immediately, and {@link #complete()} renames the file. The settings
 * of the run (model, acquisition function, grid, …) are stored in {@code FILE.run.json}, so that a
 * run with other settings cannot be resumed by mistake.
 */
public final class ScoreFileWriter implements ScoreSink, Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Path part;
  private final FileChannel out;

  /** Offset of the line of each image; only used if the lines may be out of order. */
  private final Map<String, Long> lineStarts;

  private final List<String> order;
  private final int kept;

  private ScoreFileWriter(
      Path file, FileChannel out, Map<String, Long> lineStarts, List<String> order) {
    this.file = file;
    this.part = part(file);
    this.out = out;
    this.lineStarts = lineStarts;
    this.order = order;
    this.kept = lineStarts.size();
  }

  /**
   * Starts a new file. The caller closes the returned object.
   *
   * @param run names and values of the settings, which must be the same to resume this run
   * @throws FlipsideException if the file cannot be written
   */
  public static ScoreFileWriter create(Path file, SortedMap<String, String> run) {
    return create(file, run, List.of());
  }

  /**
   * Starts a new file whose lines may be written in any order. The last line of each image counts.
   * The caller closes the returned object.
   *
   * @param run names and values of the settings
   * @param order IDs of the images in the order of the completed file; empty for the order of
   *     writing
   * @throws FlipsideException if the file cannot be written
   */
  public static ScoreFileWriter create(
      Path file, SortedMap<String, String> run, List<String> order) {
    try {
      writeRun(file, run);
      FileChannel out =
          FileChannel.open(
              part(file),
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      return new ScoreFileWriter(file, out, order.isEmpty() ? Map.of() : new HashMap<>(), order);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /**
   * Resumes the file of an interrupted run, or of one in which images failed; starts a new file if
   * there is none. An incomplete last line is removed. The caller closes the returned object.
   *
   * @param run names and values of the settings
   * @param order IDs of the images of the pool, in pool order
   * @throws FlipsideException if the settings differ, the file contains an image that is not in the
   *     pool, or it cannot be read or written
   */
  public static ScoreFileWriter resume(
      Path file, SortedMap<String, String> run, List<String> order) {
    Path part = part(file);
    try {
      if (!Files.exists(part)) {
        if (!Files.exists(file)) {
          return create(file, run, order);
        }
        requireSame(file, run);
        Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      } else {
        requireSame(file, run);
      }
      writeRun(file, run);
      Map<String, Long> lineStarts = new HashMap<>();
      long end = index(part, file, lineStarts);
      FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE);
      out.truncate(end).position(end);
      requireKnown(lineStarts, order, file);
      return new ScoreFileWriter(file, out, lineStarts, order);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /** Returns whether the scores of an image were kept from an earlier run. */
  public boolean has(String image) {
    return lineStarts.containsKey(image);
  }

  /** Returns the number of images scored by an earlier run. */
  public int kept() {
    return kept;
  }

  @Override
  public void accept(ImageResult result) throws IOException {
    if (!order.isEmpty()) {
      lineStarts.put(result.image(), out.position());
    }
    ByteBuffer line =
        ByteBuffer.wrap((ScoreLine.format(result) + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      out.write(line);
    }
  }

  /**
   * Completes the file: renames {@code FILE.part} to {@code FILE}, replacing an existing file. Call
   * it after every image of the pool has been written.
   *
   * @throws FlipsideException if the disk is full or the file cannot be replaced
   */
  public void complete() {
    try {
      out.force(true);
      out.close();
      if (!order.isEmpty()) {
        sort();
      }
      AtomicFile.replace(part, file);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /** Copies the last line of each image, in pool order. */
  private void sort() throws IOException {
    Path sorted = file.resolveSibling(file.getFileName() + ".sorted");
    try (FileChannel from = FileChannel.open(part, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                sorted,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      Map<Long, Long> lengths = lengths();
      for (String image : order) {
        Long start = lineStarts.get(image);
        if (start != null) {
          copy(from, start, lengths.getOrDefault(start, 0L), to);
        }
      }
      to.force(true);
    }
    AtomicFile.replace(sorted, part);
  }

  private Map<Long, Long> lengths() throws IOException {
    Map<Long, Long> lengths = new HashMap<>();
    try (OffsetLineReader lines = OffsetLineReader.open(part)) {
      while (lines.advance()) {
        lengths.put(lines.offset(), (long) lines.to() - lines.from() + 1);
      }
    }
    return lengths;
  }

  private static void copy(FileChannel from, long start, long length, FileChannel to)
      throws IOException {
    long done = 0;
    while (done < length) {
      long copied = from.transferTo(start + done, length - done, to);
      if (copied == 0) {
        throw new IOException("the score file was truncated while it was copied");
      }
      done += copied;
    }
  }

  /** Closes the file. If it was not completed, {@code FILE.part} remains for a later run. */
  @Override
  public void close() throws IOException {
    out.close();
  }

  /**
   * Finds the lines with scores. The last line of an image counts; failures are not kept.
   *
   * @return the offset after the last complete line
   */
  private static long index(Path part, Path file, Map<String, Long> lineStarts) throws IOException {
    long end = 0;
    try (OffsetLineReader lines = OffsetLineReader.open(part)) {
      while (lines.advance()) {
        if (!lines.isWhole()) {
          break;
        }
        ImageResult result;
        try {
          result = ScoreLine.parse(lines.bytes(), lines.from(), lines.to());
        } catch (IllegalArgumentException e) {
          throw new FlipsideException(
              file
                  + " line "
                  + lines.number()
                  + ": "
                  + e.getMessage()
                  + "; the file cannot be resumed, score again without --resume",
              e);
        }
        if (result instanceof RegionScores) {
          lineStarts.put(result.image(), lines.offset());
        }
        end = lines.offset() + lines.to() - lines.from() + 1;
      }
    }
    return end;
  }

  private static void requireKnown(Map<String, Long> lineStarts, List<String> order, Path file) {
    List<String> unknown = new ArrayList<>(lineStarts.keySet());
    unknown.removeAll(new java.util.HashSet<>(order));
    if (!unknown.isEmpty()) {
      throw new FlipsideException(
          file
              + ": holds scores of "
              + unknown.stream().sorted().findFirst().orElseThrow()
              + ", which is not in the pool; resume with the pool or list that it was started with");
    }
  }

  /**
   * Returns the settings stored for a score file, or an empty map if there are none.
   *
   * @throws FlipsideException if they cannot be read
   */
  public static SortedMap<String, String> settings(Path file) {
    try {
      return Files.exists(run(file))
          ? JSON.readValue(
              Files.readAllBytes(run(file)), new TypeReference<TreeMap<String, String>>() {})
          : new TreeMap<>();
    } catch (IOException e) {
      throw new FlipsideException(run(file) + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireSame(Path file, SortedMap<String, String> run) {
    Map<String, String> earlier = settings(file);
    if (earlier.isEmpty()) {
      return;
    }
    for (Map.Entry<String, String> entry : run.entrySet()) {
      String before = earlier.getOrDefault(entry.getKey(), "none");
      if (!before.equals(entry.getValue())) {
        throw new FlipsideException(
            file
                + ": was scored with "
                + entry.getKey()
                + " "
                + before
                + ", now it is "
                + entry.getValue()
                + "; use the same, another --out, or score again without --resume");
      }
    }
  }

  private static void writeRun(Path file, SortedMap<String, String> run) throws IOException {
    AtomicFile.write(run(file), JSON.writeValueAsString(run) + "\n");
  }

  private static Path run(Path file) {
    return file.resolveSibling(file.getFileName() + ".run.json");
  }

  /** Returns the name of the file until it is completed. */
  public static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }
}
